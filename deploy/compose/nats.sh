#!/bin/sh
# Starts NATS with the services' passwords from files; nats.conf refers to them as variables.
set -eu
for name in gateway audio video posts cache health; do
  export "NATS_$(echo "$name" | tr a-z A-Z)_PASSWORD=$(cat "/run/secrets/nats_${name}_password")"
done
exec nats-server -c /etc/nats/nats.conf
