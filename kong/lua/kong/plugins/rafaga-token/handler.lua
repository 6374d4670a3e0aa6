--- Refuses tokens on which the jwt plug-in raises an error, and gives every 401 of a route the form of the API's problem documents.
-- The jwt plug-in of Kong 3.9 indexes header and claims without looking at their type, and looks `kid` up as a key of its store: a number, an
-- object, `null` or invalid UTF-8 there is a 500 with a traceback, without a signature being needed.
local cjson = require "cjson.safe"
local decode_base64url = require("ngx.base64").decode_base64url

local longest_kid_bytes = 128

local plugin = {
  VERSION = "1.0.0",
  PRIORITY = 1460, -- after cors (2000), before jwt (1450)
}

--- Decodes as the jwt plug-in does. @return nil for what is no JSON, which the jwt plug-in refuses by itself
local function decoded(part)
  return cjson.decode(decode_base64url(part .. ("="):rep(-#part % 4)) or "")
end

--- @return header and claims of a token; nil without them
local function parts_of(authorization)
  local token = authorization:match("[Bb]earer%s+(.+)")
  if not token then
    return
  end
  local header, claims = token:match("^([^.]*)%.([^.]*)")
  if not header then
    return
  end
  header, claims = decoded(header), decoded(claims)
  if header ~= nil and claims ~= nil then
    return header, claims
  end
end

local function is_malformed(header, claims)
  if type(header) ~= "table" or type(claims) ~= "table" then
    return true
  end
  local kid = claims.kid or header.kid
  if not kid then
    return false
  end
  return type(kid) ~= "string" or #kid > longest_kid_bytes or not kid:find("^[%w._-]+$")
end

function plugin:access(conf)
  local authorization = kong.request.get_header("authorization")
  if not authorization then
    return
  end
  local header, claims = parts_of(authorization)
  if header == nil then
    return
  end
  if is_malformed(header, claims) then
    local challenge = ('Bearer realm="%s" error="invalid_token"'):format(conf.realm)
    return kong.response.exit(401, { message = "Bad token" }, { ["WWW-Authenticate"] = challenge })
  end
  kong.ctx.plugin.expired = type(claims.exp) == "number" and claims.exp <= ngx.time()
end

local problem = '{"type":"/problems/unauthenticated","title":"A valid access token is required","status":401,'
  .. '"detail":"%s","code":"unauthenticated","edgeRequestId":"%s"}'

local function detail()
  if kong.ctx.plugin.expired then
    return "The access token has expired."
  end
  if (kong.response.get_header("WWW-Authenticate") or ""):find("invalid_token", 1, true) then
    return "The access token is not valid."
  end
  return "Send an access token: Authorization: Bearer TOKEN."
end

function plugin:header_filter()
  if kong.response.get_source() ~= "exit" or kong.response.get_status() ~= 401 then
    return
  end
  local body = problem:format(detail(), ngx.var.kong_request_id or "")
  kong.ctx.plugin.body = body
  kong.response.set_header("Content-Type", "application/problem+json; charset=utf-8")
  kong.response.set_header("Content-Length", #body)
  kong.response.set_header("Cache-Control", "no-store")
end

function plugin:body_filter()
  local body = kong.ctx.plugin.body
  if body and kong.response.get_raw_body() then
    kong.response.set_raw_body(body)
  end
end

return plugin
