-- A login. ARGV: latest, the version of the blocks that is known, field, protocol, lifetime, how many users to keep.
local _, known, field, protocol, lifetime, limit = unpack(ARGV)
put(field, {protocol = protocol, granted_at = now, ends_at = now + tonumber(lifetime)}, tonumber(limit))
return reply{blocks = blocks_unless(known)}
