#!/bin/sh
# Restores the newest copy into a server of its own, which nobody else reaches, and counts: a copy that was never restored is a hope.
set -eu
# The names are times: the newest comes last.
for newest in "${COPIES:-/snapshots}"/[0-9]*; do :; done
if [ ! -d "$newest" ]; then
  echo "There is no copy to restore." >&2
  exit 1
fi
(cd "$newest" && sha256sum --check --quiet checksums)
export PGDATA=/scratch/data PGHOST=/scratch PGUSER=postgres PGDATABASE=drill
rm -rf "$PGDATA"
initdb --username=postgres --auth=trust --no-sync --set=huge_pages=off >/dev/null
pg_ctl --silent --wait --log=/scratch/log start \
  -o "-c listen_addresses='' -c unix_socket_directories=/scratch -c fsync=off -c shared_buffers=64MB"
trap 'pg_ctl --silent --mode=immediate stop' EXIT
createdb drill
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --command='CREATE EXTENSION vector'
# Indexes are left out: they follow from the points, and take longest.
pg_restore --exit-on-error --dbname=drill --section=pre-data --section=data --no-owner "$newest/collections.dump"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=/scripts/counts.sql >/scratch/counts
if [ "$(cat "$newest/counts")" != "$(cat /scratch/counts)" ]; then
  echo "$(basename "$newest") does not hold what it was made of; then and now:" >&2
  cat "$newest/counts" /scratch/counts >&2
  exit 1
fi
points=0
while IFS='|' read -r _ count; do points=$((points + count)); done </scratch/counts
echo "restored $(basename "$newest"): $points points, as when it was made"
