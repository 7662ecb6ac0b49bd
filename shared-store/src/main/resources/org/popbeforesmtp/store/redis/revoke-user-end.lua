-- KEYS: the users being revoked. ARGV: latest, when the revocation happened, user.
if redis.call('HGET', KEYS[1], ARGV[3]) == ARGV[2] then
  redis.call('HDEL', KEYS[1], ARGV[3])
end
return reply{}
