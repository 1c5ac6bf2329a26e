import { embeddingModels, isEmbeddingModel } from "@genai/catalog";
import { storeJobResources, storeJobs, storeResources } from "@genai/services";
import { own } from "./own.ts";
import type { PlatformConfig } from "./schema.ts";

/** What vector stores take: their replicas, and the Jobs around them that may run at the same time. */
export function vectorStoreUses({ vectorStores = {}, embeddings = {} }: Partial<PlatformConfig>) {
  return Object.entries(vectorStores).flatMap(([name, { engine, tenant, pool, replicas, collections }]) => {
    // A collection whose embedder is not there, or makes no vectors, is refused elsewhere.
    const sizes = Object.values(collections).flatMap(({ embedder, vectors }) => {
      const embedding = own(embeddings, embedder);
      return embedding && isEmbeddingModel(embedding.model)
        ? [{ vectors, dimension: embeddingModels[embedding.model].dimension }]
        : [];
    });
    const place = { path: `genai:vectorStores.${name}`, tenant, pool };
    const { requests: replica } = storeResources({ engine, replicas, collections: sizes });
    const jobs = { name: `${name}'s Jobs`, minReplicas: 0, maxReplicas: storeJobs };
    return [
      { ...place, name, minReplicas: replicas, maxReplicas: replicas, replica },
      { ...place, ...jobs, replica: storeJobResources.requests },
    ];
  });
}
