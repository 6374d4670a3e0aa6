#!/bin/sh
# Starts Redis with a password from a file: on the command line every process could read it.
set -eu
umask 077
conf="${TMPDIR:-/tmp}/redis-$$.conf"
{ cat "$1"; printf 'requirepass %s\n' "$(cat "$2")"; } > "$conf"
exec redis-server "$conf"
