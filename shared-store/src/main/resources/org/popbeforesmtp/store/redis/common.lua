-- What every script begins with. All times are milliseconds of this server's clock; the clocks of its clients do not matter.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- A reply is a list of names, each with its value after it. It always tells the time.
local function reply(parts)
  local list = {'now', now}
  for name, value in pairs(parts) do
    list[#list + 1] = name
    list[#list + 1] = value
  end
  return list
end

-- The first argument of every script says until when its client waits. A server that hung for a while must not do then
-- what nobody expects any more.
if now > tonumber(ARGV[1]) then
  return reply{too_late = 1}
end

local function text_of(number)
  return string.format('%.0f', number)
end
