-- KEYS: some values of a shard. ARGV: latest.
-- Returns the time, the texts, and for how many milliseconds each is still kept.
if too_late then
  return {now, -1}
end
local texts = {}
local left = {}
for i = 1, #KEYS do
  texts[i] = redis.call('GET', KEYS[i])
  left[i] = redis.call('PTTL', KEYS[i])
end
return {now, texts, left}
