#!/bin/sh
# Starts the server that the image is for (SERVER), as the published image does: options or a configuration file alone mean it.
set -eu
case "${1:-}" in
"" | -* | *.conf) set -- "$SERVER" "$@" ;;
esac
exec "$@"
