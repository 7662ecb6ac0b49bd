-- KEYS: the blocks. ARGV: latest, version, who is blocked, for how long, by whom and why, how many blocks there may be.
-- Returns the time, and the end, -2 if there are too many others, or -1.
if too_late then
  return {now, -1}
end
local ends_at = now + tonumber(ARGV[4])
local others, last_end = other_blocks(KEYS[1], ARGV[3])
if others >= tonumber(ARGV[6]) then
  return {now, -2}
end
-- First, as a full Redis lets a script go on that has begun to write.
redis.call('HDEL', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[1], ARGV[3], text_of(now) .. ' ' .. text_of(ends_at) .. ' ' .. ARGV[5], VERSION, ARGV[2])
redis.call('PEXPIREAT', KEYS[1], text_of(math.max(last_end, ends_at)))
return {now, ends_at}
