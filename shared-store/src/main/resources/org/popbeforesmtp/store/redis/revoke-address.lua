-- ARGV: latest, how long to remember it. The reply says how many active grants there were.
local removed = 0
for _, value in ipairs(redis.call('HVALS', grants)) do
  local grant = read(value)
  if grant and grant.ends_at > now then
    removed = removed + 1
  end
end
-- In this order it works in a full Redis too, which lets a script finish that has begun to write.
redis.call('DEL', grants, users)
redis.call('SET', revoked_address, text_of(now), 'PX', ARGV[2])
return reply{removed = removed}
