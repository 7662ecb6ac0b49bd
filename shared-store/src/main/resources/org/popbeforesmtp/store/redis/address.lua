-- What the scripts about the grants of an address begin with, after common.lua. They all get these keys, in this order;
-- one that only reads gets the first three.
local grants, revoking, blocks, users, revoked_address, revoked_user = unpack(KEYS)

-- The blocks if they are of another version than the client knows, else nothing.
local function blocks_unless(known)
  return (redis.call('HGET', blocks, 'version') or '') ~= known and redis.call('HGETALL', blocks)
end
