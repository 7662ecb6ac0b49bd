-- ARGV: latest, when the revocation happened, user. The reply says how many active grants were removed.
local _, revoked_at, user = unpack(ARGV)
local removed = 0
for _, field in ipairs({'tls ' .. user, 'plain ' .. user}) do
  local grant = grant_of(field)
  if grant and grant.granted_at <= tonumber(revoked_at) then
    redis.call('HDEL', grants, field)
    if grant.ends_at > now then
      removed = removed + 1
    end
  end
end
if last_end_of(user) == 0 then
  redis.call('ZREM', users, user)
end
return reply{removed = removed}
