import type { Dtype, Model } from "./models.ts";

/** Bytes of one element. */
export const bytesPerElement: Readonly<Record<Dtype, number>> = { bfloat16: 2, float16: 2 };

/** One mebibyte in bytes. */
export const mebibyte = 2 ** 20;

/** Size of a model's weights in bytes: what is downloaded, and what all GPUs of a replica hold together. */
export function weightsBytes(model: Model, dtype: Dtype = model.dtype): number {
  return model.parameters * bytesPerElement[dtype];
}

/**
 * Bytes of key-value cache that one token takes on one GPU. With more GPUs than key-value heads the heads are replicated, so the
 * share stops shrinking. Formula: 2 (key and value) × layers × heads × head dimension × element size, as in KAITO's
 * memory-estimator.md and vLLM's own sizing.
 */
export function keyValueBytesPerToken(model: Model, tensorParallel = 1, dtype: Dtype = model.dtype): number {
  const headsPerGpu = Math.max(1, model.keyValueHeads / tensorParallel);
  return 2 * model.layers * headsPerGpu * model.headDimension * bytesPerElement[dtype];
}

/** Memory beside weights and cache on each GPU, in MiB: CUDA context, activations, graphs. KAITO's estimator takes 2.3 GiB. */
export const gpuOverheadMiB = Math.ceil(2.3 * 1024);

/** Weights take this much more on the GPU than in the file (padding and fragmentation). KAITO's estimator takes 2 %. */
export const weightsMargin = 1.02;
