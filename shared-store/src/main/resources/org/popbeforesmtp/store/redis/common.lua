-- All times are milliseconds of this server's clock; the clocks of its clients do not matter.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- The first argument of every script says until when its client waits. A server that hung for a while must not do then
-- what nobody expects any more.
local too_late = now > tonumber(ARGV[1])

local function text_of(number)
  return string.format('%.0f', number)
end

-- What a value says: the protocol, the begin and the end; nothing if it was written in some other way.
local function read(value)
  local protocol, granted_at, ends_at = string.match(value, '^([a-z0-9-]+) (%d+) (%d+)')
  return protocol, tonumber(granted_at), tonumber(ends_at)
end

-- Writes a grant, removes those that have ended, and lets the key end with the last of them.
local function put(key, field, protocol, granted_at, ends_at)
  redis.call('HSET', key, field, protocol .. ' ' .. text_of(granted_at) .. ' ' .. text_of(ends_at))
  local last_end = ends_at
  local grants = redis.call('HGETALL', key)
  for i = 1, #grants, 2 do
    local _, _, ends = read(grants[i + 1])
    if ends and ends <= now then
      redis.call('HDEL', key, grants[i])
    elseif ends and ends > last_end then
      last_end = ends
    end
  end
  redis.call('PEXPIREAT', key, text_of(last_end))
end
