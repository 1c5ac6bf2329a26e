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
SELECT format('CREATE ROLE %I LOGIN', role) FROM unnest(ARRAY['application', 'read_only']) AS role
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
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
