-- KEYS: the grants of the address, the users being revoked. ARGV: latest. Returns the time, and the content of both.
return {now, redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}
