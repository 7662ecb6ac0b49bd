-- Blocks somebody for a while, or ends their block if the while is 0.
-- KEYS: the blocks of the shard. ARGV: latest, version, who, for how long, by whom and why, how many there may be.
-- The reply says how many blocks were there that this one replaces, or that there are too many others.
local blocks = KEYS[1]
local _, version, name, left, by_and_reason, most = unpack(ARGV)
local replaced, others, last_end = 0, 0, now
local all = redis.call('HGETALL', blocks)
for i = 1, #all, 2 do
  local ends_at = tonumber(string.match(all[i + 1], '^%d+ (%d+)') or '')
  if ends_at and ends_at <= now then
    redis.call('HDEL', blocks, all[i])
  elseif ends_at and all[i] == name then
    replaced = 1
  elseif ends_at then
    others = others + 1
    last_end = math.max(last_end, ends_at)
  end
end
if tonumber(left) > 0 and others >= tonumber(most) then
  return reply{too_many = 1}
end
-- First, as a full Redis lets a script go on that has begun to write.
redis.call('HDEL', blocks, name)
if tonumber(left) > 0 then
  local ends_at = now + tonumber(left)
  redis.call('HSET', blocks, name, text_of(now) .. ' ' .. text_of(ends_at) .. ' ' .. by_and_reason)
  last_end = math.max(last_end, ends_at)
end
if last_end == now then
  redis.call('DEL', blocks)
else
  redis.call('HSET', blocks, 'version', version)
  redis.call('PEXPIREAT', blocks, text_of(last_end))
end
return reply{replaced = replaced}
