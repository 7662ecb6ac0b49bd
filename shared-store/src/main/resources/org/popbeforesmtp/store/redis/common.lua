-- All times are milliseconds of this server's clock; the clocks of its clients do not matter.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- The first argument of every script says until when its client waits. A server that hung for a while must not do then
-- what nobody expects any more.
local too_late = now > tonumber(ARGV[1])

-- Above so many fields an address gets an index of its users, so that a login costs the same however many there are.
local FEW = 4

local function text_of(number)
  return string.format('%.0f', number)
end

-- What a value says: the protocol, the begin and the end; nothing if it was written in some other way.
local function read(value)
  local protocol, granted_at, ends_at = string.match(value, '^([a-z0-9-]+) (%d+) (%d+)')
  return protocol, tonumber(granted_at), tonumber(ends_at)
end

-- The user of a field; nothing if another release has written it.
local function user_of(field)
  local space = string.find(field, ' ', 1, true)
  local kind = space and string.sub(field, 1, space - 1)
  if kind == 'tls' or kind == 'plain' then
    return string.sub(field, space + 1)
  end
end

local function end_of(key, field)
  local value = redis.call('HGET', key, field)
  local _, _, ends_at = read(value or '')
  return ends_at or 0
end

local function last_end_of(key, user)
  return math.max(end_of(key, 'tls ' .. user), end_of(key, 'plain ' .. user))
end

-- The field of a hash of blocks that changes with them.
local VERSION = 'version'

local function version_of(blocks)
  return redis.call('HGET', blocks, VERSION) or ''
end

-- Removes the blocks that have ended. Returns how many there are beside one of a name, and when the last of them ends.
local function other_blocks(key, name)
  local others, last_end = 0, now
  local blocks = redis.call('HGETALL', key)
  for i = 1, #blocks, 2 do
    local _, ends_at = string.match(blocks[i + 1], '^(%d+) (%d+)')
    ends_at = tonumber(ends_at or '')
    if ends_at and ends_at <= now then
      redis.call('HDEL', key, blocks[i])
    elseif ends_at and blocks[i] ~= name then
      others = others + 1
      last_end = math.max(last_end, ends_at)
    end
  end
  return others, last_end
end

local function drop(key, users, user)
  redis.call('HDEL', key, 'tls ' .. user, 'plain ' .. user)
  redis.call('ZREM', users, user)
end

-- Few grants: removes those that have ended. Returns the last end.
local function tidy(key, last_end)
  local grants = redis.call('HGETALL', key)
  for i = 1, #grants, 2 do
    local _, _, ends = read(grants[i + 1])
    if ends and ends <= now then
      redis.call('HDEL', key, grants[i])
    elseif ends and ends > last_end then
      last_end = ends
    end
  end
  return last_end
end

local function index(key, users)
  local fields = redis.call('HKEYS', key)
  for i = 1, #fields do
    local user = user_of(fields[i])
    local last_end = user and last_end_of(key, user) or 0
    if last_end > 0 then
      redis.call('ZADD', users, text_of(last_end), user)
    end
  end
end

-- Many grants: some users whose grants have ended go, and those whose grants end soonest if there are too many. Returns the
-- last end.
local function make_room(key, users, user, limit)
  if redis.call('EXISTS', users) == 0 then
    index(key, users)
  end
  redis.call('ZADD', users, text_of(last_end_of(key, user)), user)
  local ended = redis.call('ZRANGEBYSCORE', users, '-inf', text_of(now), 'LIMIT', 0, FEW)
  for i = 1, #ended do
    drop(key, users, ended[i])
  end
  while redis.call('ZCARD', users) > math.max(limit, 1) do
    local soonest = redis.call('ZRANGE', users, 0, 1)
    drop(key, users, soonest[1] == user and soonest[2] or soonest[1])
  end
  return tonumber(redis.call('ZRANGE', users, -1, -1, 'WITHSCORES')[2])
end

-- Writes a grant, removes some that have ended or are too many, and lets the key end with the last of them. A full Redis
-- refuses the first command that adds something: what replaces another grant succeeds, what is new does not.
local function put(key, users, field, protocol, granted_at, ends_at, limit)
  if redis.call('HEXISTS', key, field) == 1 then
    redis.call('HDEL', key, field)
  end
  redis.call('HSET', key, field, protocol .. ' ' .. text_of(granted_at) .. ' ' .. text_of(ends_at))
  local fields = redis.call('HLEN', key)
  if fields <= math.min(FEW, limit) then
    redis.call('DEL', users)
    redis.call('PEXPIREAT', key, text_of(tidy(key, ends_at)))
  else
    local last_end = text_of(make_room(key, users, user_of(field), limit))
    redis.call('PEXPIREAT', key, last_end)
    redis.call('PEXPIREAT', users, last_end)
  end
end
