import type { CollectionSettings, Distance } from "./args.ts";
import { script } from "./scripts.ts";

/** The name of each distance in pgvector's operator classes (pgvector's README, "Indexing"). */
const operators: Readonly<Record<Distance, string>> = { cosine: "cosine", dot: "ip", euclid: "l2" };

/** Longest vectors that pgvector indexes: in full, and at half precision (pgvector's README, "HNSW"). */
const longestFull = 2000;
/** Longest vectors that pgvector indexes at all. */
export const longestIndexed = 4000;

/** The script for `psql` that makes roles and collections; it may run any number of times and never removes a point. */
export function collectionsSql(collections: readonly CollectionSettings[]): string {
  return [script("roles.sql"), ...collections.map(collectionSql), "COMMIT;\n"].join("");
}

/** PostgreSQL's type for vectors of a dimension. */
export function vectorType(dimension: number): string {
  return `${dimension > longestFull ? "halfvec" : "vector"}(${dimension})`;
}

function collectionSql({ name, dimension, model, distance }: CollectionSettings): string {
  const type = vectorType(dimension);
  const table = `collections."${name}"`;
  const index = (each: Distance) => `"${name}_${each}"`;
  const others = (Object.keys(operators) as Distance[]).filter((each) => each !== distance);
  return `
-- ${name}: vectors of ${model}.
CREATE TABLE IF NOT EXISTS ${table} (
  id text PRIMARY KEY,
  content text NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  embedding ${type} NOT NULL
);
DO $$
DECLARE
  present text := (SELECT format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = '${table}'::regclass AND attname = 'embedding');
BEGIN
  IF present <> '${type}' THEN
    RAISE EXCEPTION 'collection "${name}" holds % and its embedder now makes ${type}: give the collection of the new model another name', present;
  END IF;
END $$;
CREATE INDEX IF NOT EXISTS ${index(distance)} ON ${table} USING hnsw (embedding ${type.split("(")[0]}_${operators[distance]}_ops);
${others.map((each) => `DROP INDEX IF EXISTS collections.${index(each)};\n`).join("")}CREATE INDEX IF NOT EXISTS "${name}_metadata" ON ${table} USING gin (metadata jsonb_path_ops);
`;
}
