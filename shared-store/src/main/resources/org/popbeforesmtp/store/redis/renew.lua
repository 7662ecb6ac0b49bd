-- Prolongs a grant after activity, or writes one that this server missed, unless it was revoked since it began.
-- ARGV: latest, the version of the blocks that is known, field, protocol, time from now, how many users to keep, begin.
-- The reply has the end, or none if the grant was revoked.
local _, known, field, protocol, left, limit, granted_at = unpack(ARGV)
local grant = {protocol = protocol, granted_at = tonumber(granted_at), ends_at = now + tonumber(left)}

for _, key in ipairs({revoked_address, revoked_user}) do
  local revoked_at = tonumber(redis.call('GET', key) or '')
  if revoked_at and grant.granted_at <= revoked_at then
    return reply{blocks = blocks_unless(known)}
  end
end

local there = grant_of(field)
if there then
  local last_end = math.max(there.ends_at, grant.ends_at)
  -- A later login keeps its details.
  if there.granted_at > grant.granted_at then
    grant = there
  end
  grant.ends_at = last_end
end
put(field, grant, tonumber(limit))
return reply{ends_at = grant.ends_at, blocks = blocks_unless(known)}
