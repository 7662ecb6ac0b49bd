-- How grants are read and written: what the scripts that change them have after address.lua.

-- Above so many fields an address gets an index of its users, so that a login costs the same however many there are.
local FEW = 4

-- What a value says; nothing if it was written in some other way.
local function read(value)
  local protocol, granted_at, ends_at = string.match(value or '', '^([a-z0-9-]+) (%d+) (%d+)')
  return protocol and {protocol = protocol, granted_at = tonumber(granted_at), ends_at = tonumber(ends_at)}
end

local function grant_of(field)
  return read(redis.call('HGET', grants, field))
end

local function last_end_of(user)
  local encrypted, unencrypted = grant_of('tls ' .. user), grant_of('plain ' .. user)
  return math.max(encrypted and encrypted.ends_at or 0, unencrypted and unencrypted.ends_at or 0)
end

-- The user of a field; nothing if another release has written it.
local function user_of(field)
  return string.match(field, '^tls (.*)') or string.match(field, '^plain (.*)')
end

-- Few grants: removes those that have ended. Returns the last end.
local function tidy()
  local last_end = now
  local all = redis.call('HGETALL', grants)
  for i = 1, #all, 2 do
    local grant = read(all[i + 1])
    if grant and grant.ends_at <= now then
      redis.call('HDEL', grants, all[i])
    elseif grant then
      last_end = math.max(last_end, grant.ends_at)
    end
  end
  return last_end
end

local function index()
  for _, field in ipairs(redis.call('HKEYS', grants)) do
    local user = user_of(field)
    local last_end = user and last_end_of(user) or 0
    if last_end > 0 then
      redis.call('ZADD', users, text_of(last_end), user)
    end
  end
end

local function drop(user)
  redis.call('HDEL', grants, 'tls ' .. user, 'plain ' .. user)
  redis.call('ZREM', users, user)
end

-- Many grants: some users whose grants have ended go, and those whose grants end soonest if there are too many. Returns the
-- last end.
local function make_room_for(user, limit)
  if redis.call('EXISTS', users) == 0 then
    index()
  end
  redis.call('ZADD', users, text_of(last_end_of(user)), user)
  for _, ended in ipairs(redis.call('ZRANGEBYSCORE', users, '-inf', text_of(now), 'LIMIT', 0, FEW)) do
    drop(ended)
  end
  while redis.call('ZCARD', users) > math.max(limit, 1) do
    local soonest = redis.call('ZRANGE', users, 0, 1)
    drop(soonest[1] == user and soonest[2] or soonest[1])
  end
  return tonumber(redis.call('ZRANGE', users, -1, -1, 'WITHSCORES')[2])
end

-- Writes a grant, removes some that have ended or are too many, and lets the keys end with the last of them. A full Redis
-- refuses the first command that adds something: what replaces another grant succeeds, what is new does not.
local function put(field, grant, limit)
  if redis.call('HEXISTS', grants, field) == 1 then
    redis.call('HDEL', grants, field)
  end
  redis.call('HSET', grants, field,
      grant.protocol .. ' ' .. text_of(grant.granted_at) .. ' ' .. text_of(grant.ends_at))
  if redis.call('HLEN', grants) <= math.min(FEW, limit) then
    redis.call('DEL', users)
    redis.call('PEXPIREAT', grants, text_of(tidy()))
  else
    local last_end = text_of(make_room_for(user_of(field), limit))
    redis.call('PEXPIREAT', grants, last_end)
    redis.call('PEXPIREAT', users, last_end)
  end
end
