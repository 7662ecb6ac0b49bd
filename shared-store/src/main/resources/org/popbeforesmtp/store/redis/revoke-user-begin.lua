-- From here on no grant in this shard counts that the user earned up to now; they are removed one after the other.
-- KEYS: when the user was revoked, the users being revoked. ARGV: latest, how long to remember it, user.
-- Returns the time, and when the revocation happened, or -1.
if too_late then
  return {now, -1}
end
local revoked_at = now
local other = tonumber(redis.call('HGET', KEYS[2], ARGV[3]) or '')
if other and other >= revoked_at then
  -- Each revocation under way has a time of its own, so that one can end while another is not yet done.
  revoked_at = other + 1
end
-- First, as a full Redis lets a script finish that has begun to write.
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], text_of(revoked_at), 'PX', ARGV[2])
redis.call('HSET', KEYS[2], ARGV[3], text_of(revoked_at))
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return {now, revoked_at}
