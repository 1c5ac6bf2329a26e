#!/bin/sh
# Waits for the database, then makes what it is to hold. The Job's deadline bounds the waiting.
set -eu
until pg_isready --quiet; do sleep 1; done
exec psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=/scripts/collections.sql
