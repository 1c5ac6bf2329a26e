import type { Scraper, ScrapeTarget } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { Embedder } from "../serving/embedding-server.ts";
import type { NodePool } from "../serving/pool.ts";

/** What keeps the vectors. */
export type VectorEngine = "qdrant" | "pgvector";

/** How near two vectors are: by their angle, their product, or the straight line between them. */
export type Distance = "cosine" | "dot" | "euclid";

/** A set of vectors of one embedding model. */
export interface CollectionArgs {
  /** What makes its vectors; their dimension is never said beside it. */
  embedder: Pick<Embedder, "model" | "dimension">;
  /** @default cosine */
  distance?: Distance;
  /** Vectors that it is to hold; memory and storage follow. @default 1000000 */
  vectors?: number;
}

/** When copies of a store are made, how many are kept, and when one of them is tried. */
export interface SnapshotArgs {
  /** When a copy is made, every day, as five fields of cron in UTC. @default every night at two */
  schedule?: string;
  /** Copies that are kept. @default 7 */
  keep?: number;
  /** When the newest copy is restored beside the store and counted, as five fields of cron in UTC. @default on Sundays at four */
  drill?: string;
  /** Where copies go beside the volumes of the cluster; the drill then tries what is there. @default nowhere */
  copies?: BucketCopies;
}

/** A bucket for copies, at whoever speaks S3. As many are kept there as on volumes. */
export interface BucketCopies {
  kind: "s3";
  bucket: string;
  /** Directory of the bucket; each store has one of its own name below it. Stacks that share a bucket need one each. @default none */
  prefix?: string;
  region: string;
  /** URL of a service that is not Amazon's. @default Amazon's in the region */
  endpoint?: string;
  /** Secret of the store's namespace with `access-key-id` and `secret-access-key`. Only the Jobs that carry copies see it. */
  credentials: { secretName: string };
}

/** The keys of a store; they reach its Secret and nothing else. */
export interface VectorStoreKeys {
  /** May do everything: make collections, and give rights. */
  administrator: pulumi.Input<string>;
  /** May read and write vectors. Qdrant knows no such key: there writers have the administrator's. */
  application: pulumi.Input<string>;
  /** May search, count, and make a copy. */
  readOnly: pulumi.Input<string>;
}

/** What a vector store is: an engine with volumes of its own, in one tenant. */
export interface VectorStoreArgs {
  /** Where these arguments stand in the stack file; begins every error message. @default `genai:vectorStores.<name>` */
  path?: string;
  engine: VectorEngine;
  /** Tenant that the store belongs to. */
  tenant: string;
  /** Namespace of that tenant. */
  namespace: string;
  /** Nodes that it runs on. */
  pool: NodePool;
  /** @default 1; PostgreSQL has one */
  replicas?: number;
  /** Volume of each replica, as a quantity. */
  storage: string;
  /** StorageClass of its volumes. @default the cluster's */
  storageClass?: string;
  /** Collections by their names. */
  collections: Readonly<Record<string, CollectionArgs>>;
  keys: VectorStoreKeys;
  /** Raise it after the store was restored: its users get their rights again. @default 1 */
  keyGeneration?: number;
  snapshots?: SnapshotArgs;
  /** Secret of the namespace with `tls.crt`, `tls.key` and `ca.crt`; connections are then encrypted, and others refused. @default none */
  tls?: { secretName: string };
  /** Who may read its metrics. @default nobody, and it offers none */
  scraper?: Scraper;
  /** @default the cluster's default priority */
  priorityClassName?: string;
}

/** A collection as its users see it. */
export interface Collection {
  /** Elements of each vector. */
  dimension: number;
  distance: Distance;
}

/** A vector store as pipelines and applications see it, whatever its engine. */
export interface VectorStore {
  readonly engine: VectorEngine;
  /** Base URL inside the cluster, without a key: `http://main.tenant-research.svc.cluster.local:6333`, or `postgresql://…:5432/vectors`. */
  readonly endpoint: pulumi.Output<string>;
  /** PostgreSQL's users are `application` and `read_only`; Qdrant has none. */
  readonly writer: StoreLogin;
  readonly reader: StoreLogin;
  readonly collections: Readonly<Record<string, Collection>>;
  /** Where its metrics are, if anybody reads them. */
  readonly scrapeTargets: readonly ScrapeTarget[];
}

/** Who logs in to a store, and where its key is: a Secret of the store's namespace. */
export interface StoreLogin {
  /** @default none: the key is all */
  user?: string;
  key: { name: pulumi.Input<string>; key: string };
  /** Changes with that key. */
  fingerprint: pulumi.Input<string>;
}

/** The arguments from which everything about a store follows but its place. */
export type StoreShape = Pick<
  VectorStoreArgs,
  "path" | "engine" | "replicas" | "keyGeneration" | "snapshots" | "collections"
>;

/** Arguments with every default filled in. */
export function storeSettings<Args extends StoreShape>(name: string, args: Args) {
  const { path = `genai:vectorStores.${name}`, replicas = 1, keyGeneration = 1, snapshots = {} } = args;
  const { schedule = "0 2 * * *", keep = 7, drill = "0 4 * * 0", copies } = snapshots;
  const collections = Object.entries(args.collections).map(([collection, given]) => {
    const { embedder, distance = "cosine", vectors = 1_000_000 } = given;
    return { name: collection, ...embedder, distance, vectors };
  });
  return { ...args, path, replicas, keyGeneration, snapshots: { schedule, keep, drill, copies }, collections };
}

/** What `storeSettings` gives. */
export type StoreSettings = ReturnType<typeof storeSettings<VectorStoreArgs>>;
/** A collection with its defaults filled in. */
export type CollectionSettings = StoreSettings["collections"][number];
