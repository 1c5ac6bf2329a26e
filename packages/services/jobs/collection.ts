import { type Variable, variablesOf } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { Embedder } from "../serving/embedding-server.ts";
import { apiKeySecretKey } from "../serving/server-objects.ts";
import type { VectorStore } from "../vector-store/args.ts";

/** A collection as pipelines and workers fill it. */
export interface CollectionArgs {
  /** The store that holds it. */
  store: Pick<VectorStore, "writer"> & { endpoint: pulumi.Input<string> };
  /** Its name in that store. */
  collection: string;
  /** Secret of the namespace whose `ca.crt` vouches for the store. @default none: connections are not encrypted */
  tls?: { secretName: string };
  /** What makes its vectors. */
  embedder: Pick<Embedder, "model" | "dimension"> &
    Record<"endpoint" | "apiKeySecret" | "apiKeyFingerprint", pulumi.Input<string>>;
  /** Tokens of each chunk at most. @default 256 */
  chunkTokens?: number;
}

const authorityDirectory = "/etc/store-tls";
const authorityFile = "ca.crt";

/** The worker program's settings of a collection, as its `commands/ingest-settings.ts` reads them. */
export function collectionVariables(
  writer: string,
  { store, collection, tls, embedder, chunkTokens = 256 }: CollectionArgs,
): Variable[] {
  return variablesOf({
    WRITER: writer,
    EMBEDDING_URL: embedder.endpoint,
    EMBEDDING_API_KEY: { name: embedder.apiKeySecret, key: apiKeySecretKey },
    EMBEDDING_MODEL: embedder.model,
    EMBEDDING_DIMENSION: String(embedder.dimension),
    CHUNK_TOKENS: String(chunkTokens),
    STORE_URL: store.endpoint,
    STORE_USER: store.writer.user,
    STORE_KEY: store.writer.key,
    STORE_COLLECTION: collection,
    ...(tls && { STORE_ENCRYPTED: "true", NODE_EXTRA_CA_CERTS: `${authorityDirectory}/${authorityFile}` }),
  });
}

/** Fingerprints of the keys among these settings. */
export function collectionFingerprints({ store, embedder }: CollectionArgs) {
  return { "embedding-api-key": embedder.apiKeyFingerprint, "store-key": store.writer.fingerprint };
}

/** What a Pod mounts to trust the store of a collection: nothing where connections are not encrypted. */
export function collectionTrust({ tls }: Pick<CollectionArgs, "tls">) {
  if (!tls) return { volumes: [], volumeMounts: [] };
  const items = [{ key: authorityFile, path: authorityFile }];
  return {
    volumes: [{ name: "store-tls", secret: { secretName: tls.secretName, items } }],
    volumeMounts: [{ name: "store-tls", mountPath: authorityDirectory, readOnly: true }],
  };
}
