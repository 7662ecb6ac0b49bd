-- KEYS: the grants of the address, its users, the blocks. ARGV: latest, field, protocol, lifetime, how many users to keep.
-- Returns the time, the end or -1, and the version of the blocks.
if too_late then
  return {now, -1}
end
local ends_at = now + tonumber(ARGV[4])
put(KEYS[1], KEYS[2], ARGV[2], ARGV[3], now, ends_at, tonumber(ARGV[5]))
return {now, ends_at, version_of(KEYS[3])}
