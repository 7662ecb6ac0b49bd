-- KEYS: the grants of the address, its users, when the address was revoked, when the user was revoked, the blocks.
-- ARGV: latest, field, protocol, lifetime, how many users to keep, begin.
-- Returns the time, the end, 0 if it was revoked, or -1, and the version of the blocks.
if too_late then
  return {now, -1}
end
local protocol, granted_at, ends_at = ARGV[3], tonumber(ARGV[6]), now + tonumber(ARGV[4])
for i = 3, 4 do
  local revoked_at = tonumber(redis.call('GET', KEYS[i]) or '')
  if revoked_at and granted_at <= revoked_at then
    return {now, 0, version_of(KEYS[5])}
  end
end
local known = redis.call('HGET', KEYS[1], ARGV[2])
if known then
  local known_protocol, known_granted_at, known_end = read(known)
  if known_end and known_end > ends_at then
    ends_at = known_end
  end
  -- Keeps the later login's details.
  if known_granted_at and known_granted_at > granted_at then
    protocol, granted_at = known_protocol, known_granted_at
  end
end
put(KEYS[1], KEYS[2], ARGV[2], protocol, granted_at, ends_at, tonumber(ARGV[5]))
return {now, ends_at, version_of(KEYS[5])}
