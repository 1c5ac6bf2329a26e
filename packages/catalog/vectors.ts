/** Bytes of one element of a vector. */
const elementBytes = 4;

/** Room for the index, its links and copies while segments are merged. Source: qdrant.tech/documentation, guides/capacity-planning. */
const indexFactor = 1.5;

/**
 * Bytes that vectors take in memory and on disk, their index included. Worked example: a million vectors of 1024 elements take
 * 6.1 GB.
 */
export function vectorBytes(vectors: number, dimension: number): number {
  return vectors * dimension * elementBytes * indexFactor;
}
