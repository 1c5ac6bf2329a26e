#!/bin/sh
# Starts PostgreSQL, and makes its data directory first where there is none, by the environment variables of the published image:
# POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB (each also as a file, with _FILE), POSTGRES_INITDB_ARGS, POSTGRES_HOST_AUTH_METHOD, and
# the scripts in /docker-entrypoint-initdb.d.
set -eu

case "${1:-}" in
"" | -*) set -- postgres "$@" ;;
esac
[ "$1" = postgres ] || exec "$@"

for variable in POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB; do
  eval "file=\${${variable}_FILE:-}"
  if [ -n "$file" ]; then export "$variable=$(cat "$file")"; fi
done
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
# A read-only root has no place for the socket there, unless a volume is mounted.
sockets=/var/run/postgresql
[ -w "$sockets" ] || sockets=/tmp

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "$method" != trust ]; then
    echo "POSTGRES_PASSWORD is not set; a new database needs the password of its first user." >&2
    exit 1
  fi
  # The password is read from standard input: it is seen in no process list.
  # shellcheck disable=SC2086 # Several arguments are meant.
  printf '%s\n' "${POSTGRES_PASSWORD:-none}" |
    initdb --username="$user" --pwfile=/dev/stdin --auth-host="$method" ${POSTGRES_INITDB_ARGS:-}
  printf 'host all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  pg_ctl --silent --wait start -o "-c listen_addresses='' -c unix_socket_directories=$sockets"
  export PGHOST="$sockets" PGUSER="$user" PGPASSWORD="${POSTGRES_PASSWORD:-}"
  if [ "$database" != postgres ]; then
    echo 'CREATE DATABASE :"name"' | psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --set=name="$database" --dbname=postgres
  fi
  for script in /docker-entrypoint-initdb.d/*; do
    case "$script" in
    *.sql) psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --dbname="$database" --file="$script" ;;
    *.sh) sh "$script" ;;
    esac
  done
  unset PGHOST PGUSER PGPASSWORD
  pg_ctl --silent --wait --mode=fast stop
fi

unset POSTGRES_PASSWORD
shift
exec postgres -c unix_socket_directories="$sockets" -c listen_addresses='*' "$@"
