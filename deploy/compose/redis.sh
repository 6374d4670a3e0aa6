#!/bin/sh
# Starts Redis with a password from a file: other processes can read command lines.
set -eu
umask 077
conf="${TMPDIR:-/tmp}/redis-$$.conf"
{ cat "$1"; printf 'requirepass %s\n' "$(cat "$2")"; } > "$conf"
exec redis-server "$conf"
