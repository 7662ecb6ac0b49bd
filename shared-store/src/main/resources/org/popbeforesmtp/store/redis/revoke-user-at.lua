-- KEYS: the grants of an address, its users. ARGV: latest, when the revocation happened, user.
-- Returns the time, and how many active grants were removed. May come late: it only removes what counts no more.
local removed = 0
for _, kind in ipairs({'tls ', 'plain '}) do
  local value = redis.call('HGET', KEYS[1], kind .. ARGV[3])
  local _, granted_at, ends = read(value or '')
  if granted_at and granted_at <= tonumber(ARGV[2]) then
    redis.call('HDEL', KEYS[1], kind .. ARGV[3])
    if ends > now then
      removed = removed + 1
    end
  end
end
if last_end_of(KEYS[1], ARGV[3]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[3])
end
return {now, removed}
