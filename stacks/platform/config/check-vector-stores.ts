import { embeddingModels, gibibytes, isEmbeddingModel, mebibyte } from "@genai/catalog";
import { milliUnits, type Problem } from "@genai/core";
import { type CollectionArgs, drilledVectorBytes, vectorStoreProblems } from "@genai/services";
import type { CheckInput } from "./cross-checks.ts";
import { absent } from "./fields.ts";
import { own } from "./own.ts";
import type { PlatformConfig } from "./schema.ts";

type Store = PlatformConfig["vectorStores"][string];

/** Vector stores: their names are their own, embedders are there and of the same tenant, and vectors fit their volume. */
export function checkVectorStores(input: CheckInput): Problem[] {
  return Object.entries(input.vectorStores ?? {}).flatMap(([name, store]) => checkStore(name, store, input));
}

function checkStore(name: string, store: Store, { models = {}, embeddings = {} }: CheckInput): Problem[] {
  const path = `genai:vectorStores.${name}`;
  const problems: Problem[] = Object.entries({ models, embeddings })
    .filter(([, entries]) => Object.hasOwn(entries, name))
    .map(([section]) => ({ path, message: `"${name}" is already the name of genai:${section}.${name}; rename one` }));
  const collections: Record<string, CollectionArgs> = {};
  const sizes: { dimension: number; vectors: number }[] = [];
  for (const [collection, { embedder, ...rest }] of Object.entries(store.collections)) {
    const place = `${path}.collections.${collection}.embedder`;
    const service = own(embeddings, embedder);
    if (!service) {
      const known = Object.keys(embeddings);
      problems.push({ path: place, message: absent(embedder, "embedding service under genai:embeddings", known) });
      continue;
    }
    if (service.tenant !== store.tenant) {
      const message = `"${embedder}" belongs to tenant "${service.tenant}", which tenant "${store.tenant}" cannot reach; use one of the same tenant`;
      problems.push({ path: place, message });
    }
    if (!isEmbeddingModel(service.model)) {
      const message = `"${embedder}" serves ${service.model}, which ranks texts and makes no vectors; use a service with an embedding model`;
      problems.push({ path: place, message });
      continue;
    }
    const { dimension } = embeddingModels[service.model];
    collections[collection] = { ...rest, embedder: { model: service.model, dimension } };
    sizes.push({ dimension, vectors: rest.vectors });
  }
  const bytes = drilledVectorBytes({ engine: store.engine, replicas: store.replicas, collections: sizes });
  if (bytes > Number(milliUnits(store.storage)) / 1000) {
    const needed = gibibytes(bytes / mebibyte);
    const fix = store.engine === "pgvector" ? "raise it" : "raise it, or add replicas";
    const taken =
      store.engine === "qdrant" ? "its collections, and a restored copy of the largest, take" : "its collections take";
    const message = `is ${store.storage}, below the ${needed} that the vectors of ${taken} on each replica; ${fix}`;
    problems.push({ path: `${path}.storage`, message });
  }
  return [...problems, ...vectorStoreProblems(name, { ...store, path, collections })];
}
