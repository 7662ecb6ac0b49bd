-- From here on no grant in this shard counts that the user earned up to now; they are removed one after the other.
-- KEYS: when the user was revoked, the users being revoked. ARGV: latest, how long to remember it, user.
-- The reply says when the revocation happened.
local revoked_user, revoking = unpack(KEYS)
local _, memory, user = unpack(ARGV)
-- Each revocation under way has a time of its own, so that one can end while another is not yet done.
local other = tonumber(redis.call('HGET', revoking, user) or '')
local revoked_at = math.max(now, other and other + 1 or 0)
-- First, as a full Redis lets a script finish that has begun to write.
redis.call('DEL', revoked_user)
redis.call('SET', revoked_user, text_of(revoked_at), 'PX', memory)
redis.call('HSET', revoking, user, text_of(revoked_at))
redis.call('PEXPIRE', revoking, memory)
return reply{revoked_at = revoked_at}
