#!/bin/sh
# Starts Kong with the password of its Redis from a file; kong.yml refers to it as {vault://env/redis-limits-password}.
set -eu

refuse() {
  echo "kong.sh: $1; see docs/operations.md" >&2
  exit 64
}

case "${KONG_PROXY_LISTEN:-}" in *http2*) refuse "KONG_PROXY_LISTEN must not contain http2" ;; esac
if [ -n "${KONG_TRUSTED_IPS:-}" ]; then
  [ "${KONG_REAL_IP_HEADER:-}" = X-Forwarded-For ] || refuse "KONG_TRUSTED_IPS needs KONG_REAL_IP_HEADER=X-Forwarded-For"
  [ "${KONG_REAL_IP_RECURSIVE:-}" = on ] || refuse "KONG_TRUSTED_IPS needs KONG_REAL_IP_RECURSIVE=on"
fi

REDIS_LIMITS_PASSWORD="$(cat "${REDIS_LIMITS_PASSWORD_FILE:-/run/secrets/redis_limits_password}")"
export REDIS_LIMITS_PASSWORD
exec "${KONG_ENTRYPOINT:-/docker-entrypoint.sh}" kong docker-start
