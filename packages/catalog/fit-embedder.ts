import { type EmbeddingModelName, embeddingModels } from "./encoder-models.ts";
import { teiImage } from "./engine-images.ts";
import { type GpuName, gpus } from "./gpus.ts";
import { gpuOverheadMiB, mebibyte, weightsMargin } from "./memory.ts";

/** Tokens that one batch may have where nothing is said: TEI's own default (`--max-batch-tokens`), or the model's longest text. */
export function defaultBatchTokens(model: EmbeddingModelName): number {
  return Math.max(16_384, embeddingModels[model].maximumTokens);
}

/** Seconds from the end of the download until TEI answers: loading, and warming up with a full batch. Estimate; charts allow 600. */
export const embedderWarmUpSeconds = 60;

/** Bytes of activations for one token and element of the vector: 16 tensors in 4 bytes. Estimate: TEI publishes no figure. */
const activationBytes = 64;

/** Size of an embedding model's published weights in bytes: what is downloaded. */
export function embedderDownloadBytes(model: EmbeddingModelName): number {
  const { parameters, dtype } = embeddingModels[model];
  return parameters * (dtype === "float32" ? 4 : 2);
}

/**
 * Memory of one TEI process in MiB: the weights, in float32 on CPU and float16 on a GPU, the activations of a full batch, and 1 GiB
 * on CPU (the program, tokenisers) or the usual overhead on a GPU.
 */
export function embedderMemoryMiB(
  model: EmbeddingModelName,
  gpu?: GpuName,
  batchTokens = defaultBatchTokens(model),
): number {
  const { parameters, dimension } = embeddingModels[model];
  const weights = (parameters * (gpu ? 2 : 4) * weightsMargin) / mebibyte;
  const activations = (batchTokens * dimension * activationBytes) / mebibyte;
  return Math.ceil(weights + activations + (gpu ? gpuOverheadMiB : 1024));
}

/**
 * Why an embedding model cannot run on a GPU.
 * @returns `undefined` if it can.
 */
export function embedderRefusal(model: EmbeddingModelName, gpu: GpuName, batchTokens?: number): string | undefined {
  const { memoryMiB, computeCapability } = gpus[gpu];
  if (!teiImage(gpus[gpu]))
    return `${gpu} (compute capability ${computeCapability}) has no image of Text Embeddings Inference; use a pool of newer GPUs, or one without`;
  const needed = embedderMemoryMiB(model, gpu, batchTokens);
  if (needed <= memoryMiB) return undefined;
  const gibibytes = (mebibytes: number) => `${(mebibytes / 1024).toFixed(1)} GiB`;
  return `${model} needs ${gibibytes(needed)}, and ${gpu} has ${gibibytes(memoryMiB)}; lower maximumBatchTokens, or use a larger GPU`;
}
