#!/bin/sh
# Starts Redis with a password from a file: on the command line every process could read it.
set -eu
{ cat "$1"; printf 'requirepass %s\n' "$(cat "$2")"; } | exec redis-server -
