#!/bin/sh
# Copies every collection into a directory of its own, with the number of points and checksums; old copies go once the new one is whole.
set -eu
umask 077
directory=/snapshots
name=$(date -u +%Y%m%dT%H%M%SZ)
rm -rf "$directory"/.partial-*
PARTIAL=$directory/.partial-$name
COUNTS=$PARTIAL/counts
export PARTIAL COUNTS
mkdir "$PARTIAL"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=/scripts/snapshot.sql
(cd "$PARTIAL" && sha256sum collections.dump counts >checksums)
sync
mv "$PARTIAL" "$directory/$name"
# The names are times: the oldest come first.
set -- "$directory"/[0-9]*
while [ $# -gt "$KEEP" ]; do
  rm -rf "$1"
  shift
done
echo "copied $(wc -l <"$directory/$name/counts") collections to $name"
