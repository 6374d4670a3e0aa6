--- Runs a handler against a stand-in of Kong: one case as JSON on each line of standard input, what it did as JSON on each line of the output.
-- `luajit run-cases.lua PLUGIN`; package.path leads to the plug-ins, lua-cjson is needed.
local cjson = require "cjson.safe"

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

--- As ngx.base64 of OpenResty: nil for anything else.
package.preload["ngx.base64"] = function()
  return {
    decode_base64url = function(text)
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
    end,
  }
end

--- The part of Kong's and nginx's interface that the plug-ins use.
local function stand_in(case, did)
  local headers = case.response or {}
  ngx = {
    time = function()
      return case.now or 0
    end,
    var = { kong_request_id = "f00d" },
  }
  kong = {
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
end

local name = "kong.plugins." .. arg[1] .. ".handler"
for line in io.lines() do
  local case, did = cjson.decode(line), cjson.decode("{}")
  stand_in(case, did)
  package.loaded[name] = nil
  local plugin = require(name)
  for _, phase in ipairs { "access", "header_filter", "body_filter" } do
    local run = plugin[phase]
    if run and not (phase ~= "access" and not case.status) then
      run(plugin, case.config)
    end
  end
  print(cjson.encode(did))
end
