-- KEYS: the grants of the address. ARGV: latest, field, protocol, lifetime. Returns the time, and the end or -1.
if too_late then
  return {now, -1}
end
local ends_at = now + tonumber(ARGV[4])
put(KEYS[1], ARGV[2], ARGV[3], now, ends_at)
return {now, ends_at}
