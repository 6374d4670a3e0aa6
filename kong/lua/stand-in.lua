--- Runs the handler of a plug-in against a stand-in of Kong, in the Lua 5.1 and lua-cjson of Redis, which are those of LuaJIT and Kong but for the compiler.
-- A script for EVAL: `HANDLER` stands for the text of the handler, ARGV[1] is a case as JSON; the answer is what the handler did, as JSON.
local redis_cjson = cjson

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

--- As ngx.base64 of OpenResty: nil for anything else.
local function decode_base64url(text)
  local bits, count, bytes = 0, 0, {}
  for char in text:gsub("=+$", ""):gmatch(".") do
    local at = alphabet:find(char, 1, true)
    if not at then
      return nil
    end
    bits, count = bits * 64 + at - 1, count + 6
    if count >= 8 then
      count = count - 8
      bytes[#bytes + 1] = string.char(math.floor(bits / 2 ^ count))
      bits = bits % 2 ^ count
    end
  end
  return table.concat(bytes)
end

--- As cjson.safe: nil where cjson raises an error.
local function decode(text)
  local fine, value = pcall(redis_cjson.decode, text)
  return fine and value or nil
end

local case, did = redis_cjson.decode(ARGV[1]), redis_cjson.decode("{}")
local headers = case.response or {}
local modules = { ["cjson.safe"] = { decode = decode }, ["ngx.base64"] = { decode_base64url = decode_base64url } }
local require = function(name)
  return modules[name] or error("the stand-in has no module " .. name)
end

--- The part of Kong's and nginx's interface that the plug-ins use.
local ngx = {
  time = function()
    return case.now or 0
  end,
  var = { kong_request_id = "f00d" },
}
local kong = {
  ctx = { plugin = {} },
  request = {
    get_header = function()
      return case.authorization
    end,
  },
  response = {
    exit = function(status, _, exit_headers)
      did.exit = status
      case.source, case.status, headers = "exit", status, exit_headers or {}
    end,
    get_source = function()
      return case.source
    end,
    get_status = function()
      return case.status
    end,
    get_header = function(name)
      return headers[name]
    end,
    set_header = function(name, value)
      did[name] = value
    end,
    get_raw_body = function()
      return "{}"
    end,
    set_raw_body = function(body)
      did.body = body
    end,
  },
}

local plugin = (function()
HANDLER
end)()
for _, phase in ipairs { "access", "header_filter", "body_filter" } do
  local run = plugin[phase]
  if run and not (phase ~= "access" and not case.status) then
    run(plugin, case.config)
  end
end
return redis_cjson.encode(did)
