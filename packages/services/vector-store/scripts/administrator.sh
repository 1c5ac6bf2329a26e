#!/bin/sh
# Gives the administrator the password of the Secret, which may be another than when the database was made. Runs beside the server
# and connects by its socket, as the user that the server runs as; where the server does not come up, its probes say so.
attempts=600
until pg_isready --quiet --host=127.0.0.1; do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || exit 0
  sleep 1
done
exec psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres <<'SQL'
\set password `cat /keys/administrator`
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
ALTER ROLE postgres PASSWORD :'password';
SQL
