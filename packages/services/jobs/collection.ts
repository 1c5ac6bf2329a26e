import type { EmbeddingModelName } from "@genai/catalog";
import type * as pulumi from "@pulumi/pulumi";
import { type SecretReference, variables } from "./job-objects.ts";

/** Where a collection is, and who may write to it. */
export interface CollectionConnection {
  engine: "pgvector" | "qdrant";
  host: pulumi.Input<string>;
  port: number;
  /** Name of the collection: PostgreSQL's table. */
  collection: string;
  /** PostgreSQL's password, or Qdrant's API key. */
  password: SecretReference;
  /** PostgreSQL's user. @default none: Qdrant has keys alone */
  user?: SecretReference;
  /** PostgreSQL's database. @default none: Qdrant has none */
  database?: SecretReference;
}

/** What makes vectors. Outputs of an `EmbeddingServer`. */
export interface CollectionEmbedder {
  /** Base URL of the OpenAI-compatible API. */
  endpoint: pulumi.Input<string>;
  apiKey: SecretReference;
  model: EmbeddingModelName;
  /** Elements of each vector. */
  dimension: number;
}

/** A collection as pipelines and workers fill it. */
export interface CollectionArgs {
  connection: CollectionConnection;
  embedder: CollectionEmbedder;
  /** Tokens of each chunk at most. @default 256 */
  chunkTokens?: number;
}

/** The worker program's settings of a collection, as its `commands/ingest-settings.ts` reads them. */
export function collectionVariables(
  writer: string,
  { connection, embedder, chunkTokens = 256 }: CollectionArgs,
): ReturnType<typeof variables> {
  return variables({
    WRITER: writer,
    EMBEDDING_URL: embedder.endpoint,
    EMBEDDING_API_KEY: embedder.apiKey,
    EMBEDDING_MODEL: embedder.model,
    EMBEDDING_DIMENSION: String(embedder.dimension),
    CHUNK_TOKENS: String(chunkTokens),
    STORE_KIND: connection.engine,
    STORE_HOST: connection.host,
    STORE_PORT: String(connection.port),
    STORE_COLLECTION: connection.collection,
    STORE_PASSWORD: connection.password,
    STORE_USER: connection.user,
    STORE_DATABASE: connection.database,
  });
}

/**
 * The connection to a collection of a vector store of this platform: a Service with the store's name, and the Secret
 * `<store>-application` with the account that may write.
 */
export function storeConnection(
  engine: CollectionConnection["engine"],
  store: string,
  collection: string,
): CollectionConnection {
  const key = (name: string): SecretReference => ({ name: `${store}-application`, key: name });
  const shared = { engine, host: store, collection, password: key("password") };
  return engine === "pgvector"
    ? { ...shared, port: 5432, user: key("username"), database: key("database") }
    : { ...shared, port: 6333 };
}
