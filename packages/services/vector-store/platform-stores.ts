import { embeddingModels, type EncoderName, isEmbeddingModel } from "@genai/catalog";
import type { Problem, Scraper } from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import { poolAndTenant } from "../place.ts";
import type { NodePool } from "../serving/pool.ts";
import type { CollectionArgs, VectorStore, VectorStoreArgs } from "./args.ts";
import { vectorStoreProblems } from "./problems.ts";
import { PostgresqlVectorStore, QdrantVectorStore } from "./vector-store.ts";

/** A collection whose embedder is given by name. */
export interface PlatformCollection extends Omit<CollectionArgs, "embedder"> {
  /** Name of an embedding service of the same tenant. */
  embedder: string;
}

/** A vector store whose pool and embedders are given by name, and whose place in the platform is worked out. */
export interface PlatformVectorStore extends Omit<
  VectorStoreArgs,
  "path" | "namespace" | "pool" | "collections" | "priorityClassName" | "scraper"
> {
  pool: string;
  collections: Readonly<Record<string, PlatformCollection>>;
}

/** What of the platform around them vector stores need. */
export interface StoreSurroundings {
  pools: readonly NodePool[];
  tenants: Readonly<Record<string, { namespace: string }>>;
  models: Readonly<Record<string, object>>;
  embeddings?: Readonly<Record<string, { model: EncoderName; tenant: string }>>;
  vectorStores?: Readonly<Record<string, PlatformVectorStore>>;
  /** Who may read their metrics. @default nobody */
  scraper?: Scraper;
}

/** The arguments of each vector store, and what is wrong with them. */
export function platformVectorStores(
  around: StoreSurroundings,
  priorityClassName: string,
): { stores: Record<string, VectorStoreArgs>; problems: Problem[] } {
  const { models, embeddings = {}, vectorStores = {}, scraper } = around;
  const stores: Record<string, VectorStoreArgs> = {};
  const problems: Problem[] = [];
  for (const [name, store] of Object.entries(vectorStores)) {
    const path = `genai:vectorStores.${name}`;
    const add = (field: string, message: string) => problems.push({ path: field ? `${path}.${field}` : path, message });
    for (const [section, entries] of Object.entries({ models, embeddings }))
      if (Object.hasOwn(entries, name))
        add("", `"${name}" is already the name of genai:${section}.${name}; rename one`);
    const place = poolAndTenant(path, store, around, problems);
    const collections: Record<string, CollectionArgs> = {};
    for (const [collection, { embedder, ...rest }] of Object.entries(store.collections)) {
      const embedding = embeddings[embedder];
      if (embedding?.tenant !== store.tenant || !isEmbeddingModel(embedding.model)) {
        add(
          `collections.${collection}.embedder`,
          `"${embedder}" is no embedding service of tenant "${store.tenant}"; name one`,
        );
        continue;
      }
      const { model } = embedding;
      collections[collection] = { ...rest, embedder: { model, dimension: embeddingModels[model].dimension } };
    }
    if (!place) continue;
    const { pool, tenant } = place;
    const args = { ...store, path, pool, namespace: tenant.namespace, collections, priorityClassName, scraper };
    stores[name] = args;
    problems.push(...vectorStoreProblems(name, args));
  }
  return { stores, problems };
}

/** The component of a store's engine. */
export function vectorStore(
  name: string,
  args: VectorStoreArgs,
  options: pulumi.ComponentResourceOptions,
): VectorStore & pulumi.ComponentResource {
  return args.engine === "pgvector"
    ? new PostgresqlVectorStore(name, args, options)
    : new QdrantVectorStore(name, args, options);
}
