import type { Model } from "./models.ts";
import { bytesPerElement, type Dtype, quantizedBytes, type QuantizationName } from "./quantization.ts";

/** One mebibyte in bytes. */
export const mebibyte = 2 ** 20;

/** An amount of memory for people: `20.1 GiB`. */
export function gibibytes(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}

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
  const { other, matrices, experts } = quantizedBytes(model.parameterCount, dtype, quantization);
  return other + matrices + experts + visionBytes(model, dtype);
}

function visionBytes({ visionParameters = 0 }: Model, dtype: Dtype): number {
  return visionParameters * bytesPerElement[dtype];
}

/** What one expert's matrices are rounded up to by vLLM's kernels for mxfp4, in elements; the narrow side after it is split between GPUs. */
const mxfp4Tile = { hidden: 256, intermediate: 128 };

/** How much more experts take on the GPU than in the file: mxfp4 kernels work on whole tiles. */
function expertPadding(model: Model, quantization: QuantizationName | undefined, tensorParallel: number): number {
  if (quantization !== "mxfp4" || !model.experts) return 1;
  const { hiddenSize, experts } = model;
  const padded = (size: number, tile: number) => (Math.ceil(size / tile) * tile) / size;
  return (
    padded(hiddenSize, mxfp4Tile.hidden) * padded(experts.intermediateSize / tensorParallel, mxfp4Tile.intermediate)
  );
}

/**
 * Weights on the GPU that holds most, in bytes: pipeline stages have a whole number of layers each, and an image encoder is counted on
 * every GPU (vLLM reports 13.17 GiB on each of four for gemma-3-27b, vllm#15676; an even split would be 12.77).
 *
 * Worked example: gpt-oss-120b, published with 60.8 GiB, takes 65.9 GiB, because its experts of 2880 × 2880 become 3072 × 2944; vLLM
 * reports 65.97 (vllm#23278).
 */
export function weightsBytesPerGpu(
  model: Model,
  dtype: Dtype = model.dtype,
  quantization: QuantizationName | undefined = model.quantization,
  { tensorParallel = 1, pipelineParallel = 1 }: Split = {},
): number {
  const { other, matrices, experts } = quantizedBytes(model.parameterCount, dtype, quantization);
  const decoder = other + matrices + experts * expertPadding(model, quantization, tensorParallel);
  return (decoder * largestStage(model, pipelineParallel)) / tensorParallel + visionBytes(model, dtype);
}

/** Share of the layers that the longest stage of a pipeline holds. */
function largestStage({ layers }: Model, stages: number): number {
  return Math.ceil(layers / stages) / layers;
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
  return (cached * layerBytesPerToken(model, split) + state) * largestStage(model, pipelineParallel);
}
