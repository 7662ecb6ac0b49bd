-- KEYS: the grants of the address, its users, when the address was revoked. ARGV: latest, how long to remember it.
-- Returns the time, and how many active grants there were, or -1.
if too_late then
  return {now, -1}
end
local active = 0
local values = redis.call('HVALS', KEYS[1])
for i = 1, #values do
  local _, _, ends = read(values[i])
  if ends and ends > now then
    active = active + 1
  end
end
-- In this order it works in a full Redis too, which lets a script finish that has begun to write.
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('SET', KEYS[3], text_of(now), 'PX', ARGV[2])
return {now, active}
