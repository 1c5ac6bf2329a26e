import type { Model } from "./models.ts";
import { bytesPerElement, type Dtype, quantizedBytes, type QuantizationName } from "./quantization.ts";

/** One mebibyte in bytes. */
export const mebibyte = 2 ** 20;

/** Memory beside weights and cache on each GPU, in MiB: CUDA context, activations, graphs. KAITO's estimator takes 2.3 GiB. */
export const gpuOverheadMiB = Math.ceil(2.3 * 1024);

/** Weights take this much more on the GPU than in the file (padding and fragmentation). KAITO's estimator takes 2 %. */
export const weightsMargin = 1.02;

/** How a model is divided between GPUs, and how its cache is stored. */
export interface Split {
  /** GPUs that share each layer. @default 1 */
  tensorParallel?: number;
  /** Groups of GPUs that hold successive layers. @default 1 */
  pipelineParallel?: number;
  /** Data type of the key-value cache; `fp8` takes half of a 16-bit one. @default 16 bits */
  keyValueCacheDtype?: "fp8";
}

/** Size of a model's published weights in bytes: what is downloaded. */
export function downloadBytes(model: Model): number {
  const { draftParameters = 0, vocabularySize, hiddenSize } = model;
  if (draftParameters === 0) return weightsBytes(model);
  // Of draft layers too the embedding and the head keep 16 bits.
  const kept = model.quantization ? 2 * vocabularySize * hiddenSize : draftParameters;
  return weightsBytes(model) + draftParameters + kept;
}

/**
 * Size of a model's weights in bytes, as all GPUs of a replica hold them together. Worked example: Qwen3-8B-AWQ, published with
 * 5.68 GiB: 6,945,767,424 parameters in matrices × 4.15625 bits and 1,244,967,936 others × 16 bits.
 *
 * @param quantization Applied while loading. @default the one that the weights are published with
 */
export function weightsBytes(
  model: Model,
  dtype: Dtype = model.dtype,
  quantization: QuantizationName | undefined = model.quantization,
): number {
  const vision = (model.visionParameters ?? 0) * bytesPerElement[dtype];
  return quantizedBytes(model.parameterCount, dtype, quantization) + vision;
}

/** Weights on the GPU that holds most, in bytes: pipeline stages have a whole number of layers each. */
export function weightsBytesPerGpu(model: Model, bytes: number, split: Split = {}): number {
  const { tensorParallel = 1, pipelineParallel = 1 } = split;
  const stageLayers = Math.ceil(model.layers / pipelineParallel);
  return (bytes * stageLayers) / model.layers / tensorParallel;
}

/**
 * Bytes of key-value cache that one token of one layer takes on one GPU. With more GPUs than key-value heads the heads are
 * replicated, so the share stops shrinking; a latent vector belongs to all heads and is always replicated.
 *
 * Formula: 2 (key and value) × heads × head dimension × element size, as in KAITO's memory-estimator.md and vLLM's own sizing; for
 * latent attention (compressed width + position width) × element size (DeepSeek-V2, section 2.1.4).
 */
export function layerBytesPerToken(model: Model, { tensorParallel = 1, keyValueCacheDtype }: Split = {}): number {
  const bytes = keyValueCacheDtype === "fp8" ? 1 : 2;
  if (model.latent) return (model.latent.keyValueRank + model.latent.positionDimension) * bytes;
  return 2 * Math.max(1, model.keyValueHeads / tensorParallel) * model.headDimension * bytes;
}

/** Bytes of key-value cache that one more token takes on one GPU while no window is full yet. */
export function keyValueBytesPerToken(model: Model, split: Split = {}): number {
  const layers = Math.ceil((model.layers - (model.linear?.layers ?? 0)) / (split.pipelineParallel ?? 1));
  return layers * layerBytesPerToken(model, split);
}

/**
 * Key-value cache of one request of `tokens` tokens on one GPU, in bytes: layers with a window keep at most the window, and linear
 * layers a state of fixed size.
 */
export function requestBytes(model: Model, tokens: number, split: Split = {}): number {
  const { pipelineParallel = 1, tensorParallel = 1 } = split;
  const windowed = model.slidingWindow ?? { layers: 0, window: 0 };
  const linear = model.linear ?? { layers: 0, stateElements: 0 };
  const full = model.layers - windowed.layers - linear.layers;
  const cached = full * tokens + windowed.layers * Math.min(tokens, windowed.window);
  const state = (linear.layers * linear.stateElements * bytesPerElement[model.dtype]) / tensorParallel;
  return (cached * layerBytesPerToken(model, split) + state) / pipelineParallel;
}
