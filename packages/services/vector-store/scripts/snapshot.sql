-- A copy and its counts see the same moment: both read the snapshot that this transaction holds.
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv SNAPSHOT :snapshot
\! pg_dump --format=custom --snapshot="$SNAPSHOT" --schema=collections --no-owner --no-privileges --file="$PARTIAL/collections.dump"
\if :SHELL_ERROR
  DO $$ BEGIN RAISE EXCEPTION 'The copy was not made.'; END $$;
\endif
\getenv counts COUNTS
\o :counts
\i /scripts/counts.sql
\o
COMMIT;
