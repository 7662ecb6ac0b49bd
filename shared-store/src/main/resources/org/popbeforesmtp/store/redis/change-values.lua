-- KEYS: some values of a shard. ARGV: latest, then for each of them three: what it must be now, what it becomes ('-' for
-- none, or '=' and the text), and for how many milliseconds. Returns the time, and for each 1 if it was changed, or else 0.
if too_late then
  return {now, -1}
end
local changed = {}
for i = 1, #KEYS do
  local text = redis.call('GET', KEYS[i])
  local expected, becomes, left = ARGV[3 * i - 1], ARGV[3 * i], ARGV[3 * i + 1]
  if (text and '=' .. text or '-') ~= expected then
    changed[i] = 0
  else
    if becomes == '-' then
      redis.call('DEL', KEYS[i])
    else
      redis.call('SET', KEYS[i], string.sub(becomes, 2), 'PX', left)
    end
    changed[i] = 1
  end
end
return {now, changed}
