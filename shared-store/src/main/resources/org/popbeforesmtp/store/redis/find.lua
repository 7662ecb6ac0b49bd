-- KEYS: the grants of the address, the users being revoked, the blocks. ARGV: latest.
-- Returns the time, the content of the first two, and the version of the blocks.
return {now, redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]), version_of(KEYS[3])}
