-- KEYS: the grants of some addresses. ARGV: latest, when the revocation happened, the user's fields.
-- Returns the time, and how many active grants were removed. May come late: it only removes what counts no more.
local removed = 0
for i = 1, #KEYS do
  for j = 3, #ARGV do
    local value = redis.call('HGET', KEYS[i], ARGV[j])
    if value then
      local _, granted_at, ends = read(value)
      if granted_at and granted_at <= tonumber(ARGV[2]) then
        redis.call('HDEL', KEYS[i], ARGV[j])
        if ends > now then
          removed = removed + 1
        end
      end
    end
  end
end
return {now, removed}
