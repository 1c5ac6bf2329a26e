/** What a user that only reads may try, in a session that says it writes, and what PostgreSQL answers. */
export const attempts: readonly [sql: string, answer: RegExp][] = [
  ["INSERT INTO handbook VALUES ('c', 'x', '{}', '[1,1,1]')", /permission denied for table handbook/],
  ["TRUNCATE handbook", /permission denied for table handbook/],
  ["SELECT id FROM handbook FOR SHARE", /permission denied for table handbook/],
  ["BEGIN; LOCK TABLE handbook IN SHARE MODE", /permission denied for table handbook/],
  ["CREATE INDEX ON handbook (id)", /must be owner of table handbook/],
  ["CREATE TABLE mine (id text)", /permission denied for schema collections/],
  ["CREATE TABLE public.mine (id text)", /permission denied for schema public/],
  ["CREATE TEMP TABLE mine (id text)", /permission denied to create temporary tables/],
  ["CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", /permission denied for schema public/],
  ["CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", /permission denied to create temporary/],
  ["CREATE SCHEMA mine", /permission denied for database/],
  ["CREATE EXTENSION pg_trgm SCHEMA public", /permission denied|not available/],
  ["SELECT lo_create(0)", /permission denied for function lo_create/],
  ["SELECT lo_creat(-1)", /permission denied for function lo_creat/],
  ["SELECT lo_from_bytea(0, 'x')", /permission denied for function lo_from_bytea/],
  ["SELECT lo_import('/etc/passwd')", /permission denied for function lo_import/],
  ["SELECT lo_open(1, 131072)", /permission denied for function lo_open/],
  ["SELECT lo_put(1, 0, 'x')", /permission denied for function lo_put/],
  ["SELECT lo_unlink(1)", /permission denied for function lo_unlink/],
  ["SELECT pg_advisory_lock(20260101)", /permission denied for function pg_advisory_lock/],
  ["SELECT pg_try_advisory_xact_lock(1)", /permission denied for function pg_try_advisory_xact_lock/],
  ["SELECT pg_notify('a', 'b')", /permission denied for function pg_notify/],
  ["SELECT pg_logical_emit_message(false, 'a', 'b')", /permission denied for function pg_logical_emit_message/],
  ["SELECT pg_terminate_backend(1)", /permission denied for function pg_terminate_backend/],
  ["SELECT pg_cancel_backend(1)", /permission denied for function pg_cancel_backend/],
  ["COPY (SELECT 1) TO PROGRAM 'id'", /permission denied to COPY to or from an external program/],
  ["COPY (SELECT 1) TO '/tmp/mine'", /permission denied to COPY to a file/],
  ["COPY handbook FROM '/etc/passwd'", /permission denied/],
  ["SELECT pg_read_file('/keys/administrator')", /permission denied for function pg_read_file/],
  ["SELECT rolpassword FROM pg_authid", /permission denied for table pg_authid/],
  ["SET ROLE application", /permission denied to set role/],
  ["ALTER ROLE application PASSWORD 'x'", /permission denied to alter role/],
  ["ALTER ROLE read_only CONNECTION LIMIT 100", /permission denied to alter role/],
  ["ALTER DATABASE vectors SET work_mem = '1GB'", /must be owner of database/],
  ["ALTER SYSTEM SET work_mem = '1GB'", /permission denied to set parameter/],
  ["SET temp_file_limit = -1", /permission denied to set parameter/],
  ["CHECKPOINT", /permission denied to execute CHECKPOINT/],
];

/** Asks for PostgreSQL's own functions that may have effects and that the user may call, but for what calls no function of SQL. */
export const volatileFunctions = `SELECT string_agg(DISTINCT proname, ' ' ORDER BY proname) FROM pg_proc
  WHERE provolatile = 'v' AND has_function_privilege(oid, 'EXECUTE') AND prorettype::regtype::text !~ 'trigger$|_handler$'
    AND proname !~ '^(binary_upgrade|pg_stat_get)_'`;

/**
 * What the reader may call of them, each looked at: they tell of something, change the session alone, wait, or check the caller's rights
 * themselves. The newest copy's Job calls pg_export_snapshot; the file that it makes goes with the transaction.
 */
export const knownFunctions = `
amvalidate array_sample array_shuffle brin_desummarize_range brin_summarize_new_values brin_summarize_range clock_timestamp current_query
currtid2 currval cursor_to_xml cursor_to_xmlschema dsnowball_init dsnowball_lexize gen_random_uuid gin_clean_pending_list hnsw_bit_support
hnsw_halfvec_support hnsw_sparsevec_support ivfflat_bit_support ivfflat_halfvec_support lastval nextval pg_available_wal_summaries
pg_blocking_pids pg_collation_actual_version pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system
pg_copy_logical_replication_slot pg_copy_physical_replication_slot pg_create_logical_replication_slot pg_create_physical_replication_slot
pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn pg_database_collation_actual_version pg_database_size
pg_drop_replication_slot pg_export_snapshot pg_extension_config_dump pg_get_multixact_members pg_get_wait_events
pg_get_wal_replay_pause_state pg_get_wal_resource_managers pg_get_wal_summarizer_state pg_import_system_collations pg_indexes_size
pg_is_in_recovery pg_is_wal_replay_paused pg_isolation_test_session_is_blocked pg_jit_available pg_last_committed_xact
pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_lock_status pg_logical_slot_get_binary_changes
pg_logical_slot_get_changes pg_logical_slot_peek_binary_changes pg_logical_slot_peek_changes pg_nextoid pg_notification_queue_usage
pg_partition_ancestors pg_partition_tree pg_prepared_xact pg_relation_size pg_replication_slot_advance pg_safe_snapshot_blocking_pids
pg_sequence_last_value pg_sleep pg_sleep_for pg_sleep_until pg_stat_clear_snapshot pg_stat_force_next_flush pg_stop_making_pinned_objects
pg_sync_replication_slots pg_table_size pg_tablespace_size pg_total_relation_size pg_wal_summary_contents pg_xact_commit_timestamp
pg_xact_commit_timestamp_origin pg_xact_status plpgsql_inline_handler plpgsql_validator query_to_xml query_to_xml_and_xmlschema
query_to_xmlschema random random_normal set_config setseed setval timeofday ts_rewrite ts_stat txid_status
`
  .trim()
  .split(/\s+/);
