import type { VectorStoreArgs } from "./args.ts";

/** A vector store for tests: one that nothing is wrong with. */
export const exampleStore: VectorStoreArgs = {
  engine: "qdrant",
  tenant: "support",
  namespace: "tenant-support",
  pool: { name: "system", nodes: 3, memory: "64Gi", taints: [] },
  storage: "20Gi",
  collections: { handbook: { embedder: { model: "BAAI/bge-m3", dimension: 1024 } } },
  keys: { administrator: "secret-1", application: "secret-2", readOnly: "secret-3" },
};
