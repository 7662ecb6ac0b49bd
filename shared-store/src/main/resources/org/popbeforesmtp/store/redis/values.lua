-- Reads some values, and changes those that are what the client thinks. A value is '=' and its text, or '-' for none.
-- KEYS: the values, of one shard. ARGV: latest, then for each value three: what it should be, what it becomes, and for how
-- many milliseconds. The reply says of each what it was, and how many milliseconds were left.
local were, left = {}, {}
for i, key in ipairs(KEYS) do
  local text = redis.call('GET', key)
  local expected, becomes, time = unpack(ARGV, 3 * i - 1, 3 * i + 1)
  were[i] = text and '=' .. text or '-'
  left[i] = redis.call('PTTL', key)
  if were[i] == expected and becomes == '-' then
    redis.call('DEL', key)
  elseif were[i] == expected then
    redis.call('SET', key, string.sub(becomes, 2), 'PX', time)
  end
end
return reply{were = were, left = left}
