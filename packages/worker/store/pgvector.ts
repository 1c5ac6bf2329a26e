import pg from "pg";
import { chunkId, metadataOf, type StoredDocument, type VectorStore, wholeDocuments } from "./store.ts";

/** Where a PostgreSQL with pgvector is. */
export interface PgvectorSettings {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Whether the server has to show a certificate that is trusted. */
  encrypted: boolean;
  /** Table of the schema `collections`, with the columns id, content, metadata and embedding. */
  collection: string;
}

/** A table of PostgreSQL as a collection. A document is replaced in one transaction: readers see the old one or the new one. */
export class PgvectorStore implements VectorStore {
  readonly #pool: pg.Pool;
  readonly #table: string;

  constructor({ collection, encrypted, ...connection }: PgvectorSettings) {
    this.#pool = new pg.Pool({ ...connection, ssl: encrypted, max: 4, connectionTimeoutMillis: 10_000 });
    // A connection that breaks while idle is replaced when one is needed.
    this.#pool.on("error", () => {});
    this.#table = `collections.${pg.escapeIdentifier(collection)}`;
  }

  async digests(writer: string): Promise<Map<string, string>> {
    const { rows } = await this.#pool.query<{ document: string; digest: string; chunks: number; count: number }>(
      `SELECT metadata->>'document' AS document, metadata->>'digest' AS digest, (metadata->>'chunks')::int AS chunks,
       count(*)::int AS count FROM ${this.#table} WHERE metadata @> $1 GROUP BY 1, 2, 3`,
      [JSON.stringify({ writer })],
    );
    return wholeDocuments(rows);
  }

  async replace(document: StoredDocument): Promise<void> {
    const { writer, chunks } = document;
    await this.#transaction(writer, document.document, async (client) => {
      await this.#delete(client, writer, document.document);
      for (const [place, { content, vector }] of chunks.entries()) {
        await client.query(`INSERT INTO ${this.#table} (id, content, metadata, embedding) VALUES ($1, $2, $3, $4)`, [
          chunkId(document, place),
          content,
          JSON.stringify(metadataOf(document, place)),
          JSON.stringify(vector),
        ]);
      }
    });
  }

  async remove(writer: string, document: string): Promise<void> {
    await this.#transaction(writer, document, (client) => this.#delete(client, writer, document));
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #delete(client: pg.PoolClient, writer: string, document: string): Promise<void> {
    await client.query(`DELETE FROM ${this.#table} WHERE metadata @> $1`, [JSON.stringify({ writer, document })]);
  }

  /** Runs a change of one document; two workers with the same document take turns. */
  async #transaction(
    writer: string,
    document: string,
    change: (client: pg.PoolClient) => Promise<void>,
  ): Promise<void> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [JSON.stringify([writer, document])]);
      await change(client);
      await client.query("COMMIT");
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      // A connection in the middle of a transaction is not used again.
      client.release(broken);
    }
  }
}
