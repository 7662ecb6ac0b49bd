-- KEYS: the blocks. ARGV: latest, version, who is blocked.
-- Returns the time, and 1 if there was a block, 0 if not, or -1.
if too_late then
  return {now, -1}
end
local _, ends_at = string.match(redis.call('HGET', KEYS[1], ARGV[3]) or '', '^(%d+) (%d+)')
if not ends_at then
  return {now, 0}
end
redis.call('HDEL', KEYS[1], ARGV[3])
local others, last_end = other_blocks(KEYS[1], ARGV[3])
if others == 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], VERSION, ARGV[2])
  redis.call('PEXPIREAT', KEYS[1], text_of(last_end))
end
return {now, tonumber(ends_at) > now and 1 or 0}
