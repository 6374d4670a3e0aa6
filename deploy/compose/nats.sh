#!/bin/sh
# Starts NATS with the services' passwords from files; nats.conf names them as variables.
set -eu
for file in /run/secrets/nats_*_password; do
  export "$(basename "$file" | tr a-z A-Z)=$(cat "$file")"
done
exec nats-server -c /etc/nats/nats.conf
