-- Points of each collection, one a line.
\pset tuples_only on
\pset format unaligned
SELECT format('SELECT %L, count(*) FROM collections.%I', tablename, tablename)
  FROM pg_tables WHERE schemaname = 'collections' ORDER BY tablename \gexec
