-- A look-up. ARGV: latest, the version of the blocks that is known.
return reply{
  grants = redis.call('HGETALL', grants),
  revoking = redis.call('HGETALL', revoking),
  blocks = blocks_unless(ARGV[2]),
}
