#!/bin/sh
# Starts Kong with the password of its Redis from a file; kong.yml refers to it as {vault://env/redis-limits-password}.
set -eu
REDIS_LIMITS_PASSWORD="$(cat /run/secrets/redis_limits_password)"
export REDIS_LIMITS_PASSWORD
exec /docker-entrypoint.sh kong docker-start
