-- KEYS: the blocks. ARGV: latest. Returns the time, and the content.
return {now, redis.call('HGETALL', KEYS[1])}
