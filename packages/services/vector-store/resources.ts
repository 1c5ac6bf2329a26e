import { vectorBytes } from "@genai/catalog";
import type { VectorEngine } from "./args.ts";

/** What the memory of a store follows from. */
export interface StoreSize {
  engine: VectorEngine;
  /** Replicas between which the vectors are divided. */
  replicas: number;
  collections: readonly { dimension: number; vectors: number }[];
}

/** Memory of an engine that holds no vector yet, in MiB: processes, connections, and what a query takes (estimates). */
const baseMebibytes = { pgvector: 768, qdrant: 512 } as const satisfies Record<VectorEngine, number>;

const mebibyte = 2 ** 20;

/** Copies of each vector: two where there are replicas, so that one may be lost. */
export function copiesOf(replicas: number): number {
  return Math.min(2, replicas);
}

/** Bytes of the vectors of one replica, their index included. */
export function replicaVectorBytes({ replicas, collections }: Pick<StoreSize, "replicas" | "collections">): number {
  const all = collections.reduce((total, { vectors, dimension }) => total + vectorBytes(vectors, dimension), 0);
  return (all * copiesOf(replicas)) / replicas;
}

/**
 * Bytes of one replica while a drill runs. That of Qdrant restores one collection after the other beside what is there; PostgreSQL's has a
 * server of its own.
 */
export function drilledVectorBytes(size: StoreSize): number {
  const { engine, replicas, collections } = size;
  const each = collections.map((collection) => replicaVectorBytes({ replicas, collections: [collection] }));
  return replicaVectorBytes(size) + (engine === "qdrant" ? Math.max(0, ...each) : 0);
}

/**
 * Memory of one replica in MiB: its vectors with their index, so that a search does not wait for the disk, what a drill restores beside
 * them, and the engine itself.
 * Worked example: a million vectors of 384 elements in PostgreSQL take 2,965 MiB.
 */
export function storeMemoryMebibytes(size: StoreSize): number {
  return Math.ceil(drilledVectorBytes(size) / mebibyte) + baseMebibytes[size.engine];
}

/** What one replica requests: memory that it cannot exceed, and a CPU that it may. */
export function storeResources(size: StoreSize) {
  const memory = `${storeMemoryMebibytes(size)}Mi`;
  return {
    requests: { cpu: "1", memory, "ephemeral-storage": "1Gi" },
    limits: { memory, "ephemeral-storage": "1Gi" },
  };
}

/** What the Jobs around a store request: they wait for the store, and stream what they copy. */
export const storeJobResources = {
  requests: { cpu: "250m", memory: "512Mi", "ephemeral-storage": "1Gi" },
  limits: { memory: "512Mi", "ephemeral-storage": "1Gi" },
} as const;

/** Jobs around a store that may run at the same time: it is made, a copy of it is made, and one is tried. */
export const storeJobs = 3;

/**
 * Volume for copies, in GiB: as many as are kept and the one that is being made, each as large as its vectors with their index.
 * PostgreSQL's copies have no index, but write an element as text, which takes as much after compression (estimate).
 */
export function snapshotGibibytes(size: StoreSize, keep: number): number {
  return Math.max(1, Math.ceil((replicaVectorBytes(size) * (keep + 1)) / 2 ** 30));
}
