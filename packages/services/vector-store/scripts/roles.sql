-- Roles, their passwords and what they may. Everything here may run again, and one run waits for another.
\getenv application_password APPLICATION_PASSWORD
\getenv read_only_password READ_ONLY_PASSWORD
SET client_min_messages = warning;
-- A statement that fails is not logged: two of them have a password.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET search_path = collections, public;
BEGIN;
DO $$ BEGIN PERFORM pg_advisory_xact_lock(20260101); END $$;
-- A client that keeps its transaction open makes this fail, and be tried again; everybody else would wait behind it.
SET LOCAL lock_timeout = '1min';
SELECT format('CREATE ROLE %I LOGIN', role) FROM unnest(ARRAY['application', 'read_only']) AS role
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
-- Every user may change its own settings; what a reader left goes.
ALTER ROLE read_only RESET ALL;
ALTER ROLE read_only IN DATABASE vectors RESET ALL;
ALTER ROLE application PASSWORD :'application_password';
ALTER ROLE read_only PASSWORD :'read_only_password';
CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;
ALTER EXTENSION vector UPDATE;
CREATE SCHEMA IF NOT EXISTS collections;
ALTER DATABASE vectors SET search_path = collections, public;
REVOKE ALL ON DATABASE vectors FROM PUBLIC;
GRANT CONNECT ON DATABASE vectors TO application, read_only;
GRANT USAGE ON SCHEMA collections TO application, read_only;
ALTER DEFAULT PRIVILEGES IN SCHEMA collections GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO application;
ALTER DEFAULT PRIVILEGES IN SCHEMA collections GRANT SELECT ON TABLES TO read_only;
-- Whoever may connect may also make large objects, hold advisory locks, fill the log of changes, and end sessions of the same user, the
-- copies' among them. PostgreSQL gives these functions to everybody; the application keeps those that programs build upon.
SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure) FROM pg_proc
  WHERE pronamespace = 'pg_catalog'::regnamespace
    AND proname ~ '^(lo_|lowrite$|loread$|pg_(try_)?advisory_|pg_notify$|pg_logical_emit_message$|pg_(cancel|terminate)_backend$)' \gexec
SELECT format('GRANT EXECUTE ON FUNCTION %s TO application', oid::regprocedure) FROM pg_proc
  WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_((try_)?advisory_|notify$)' \gexec
-- A session cannot change the first two; the others keep it from accidents.
ALTER ROLE read_only CONNECTION LIMIT 50;
ALTER ROLE read_only SET temp_file_limit = '1GB';
ALTER ROLE read_only SET default_transaction_read_only = on;
ALTER ROLE read_only SET statement_timeout = '30min';
ALTER ROLE read_only SET idle_in_transaction_session_timeout = '10min';
