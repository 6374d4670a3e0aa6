--- Adds `Retry-After` to what Kong answers itself with 429, 502, 503 and 504; the gateway's own header stays.
local plugin = {
  VERSION = "1.0.0",
  PRIORITY = 2,
}

--- @return seconds; nil where waiting does not help
local function seconds_after(status, source, conf)
  if status >= 502 and status <= 504 then
    return conf.unavailable_seconds
  end
  if status ~= 429 then
    return
  end
  -- A plug-in counts by the minute, nginx by the second.
  return source == "exit" and 60 - ngx.time() % 60 or 1
end

function plugin:header_filter(conf)
  local source = kong.response.get_source()
  if source == "service" then
    return
  end
  local seconds = seconds_after(kong.response.get_status(), source, conf)
  if seconds then
    kong.response.set_header("Retry-After", seconds)
  end
end

return plugin
