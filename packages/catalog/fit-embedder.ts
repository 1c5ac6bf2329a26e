import { encoderModels, type EncoderName } from "./encoder-models.ts";
import { teiImage } from "./engine-images.ts";
import { type GpuName, gpus } from "./gpus.ts";
import { gibibytes, gpuOverheadMiB, mebibyte, weightsMargin } from "./memory.ts";

function encoder(name: EncoderName) {
  const model = encoderModels[name];
  return { ...model, hiddenSize: "dimension" in model ? model.dimension : model.hiddenSize };
}

/** Tokens that one batch may have where nothing is said: TEI's own default (`--max-batch-tokens`), or the model's longest text. */
export function defaultBatchTokens(model: EncoderName): number {
  return Math.max(16_384, encoder(model).maximumTokens);
}

/** Seconds from the end of the download until TEI answers: loading, and warming up with a full batch. Estimate; charts allow 600. */
export const embedderWarmUpSeconds = 60;

/** Bytes of activations for one token and element of a layer: 16 tensors in 4 bytes. Estimate: TEI publishes no figure. */
const activationBytes = 64;

/** Size of such a model's published weights in bytes: what is downloaded. */
export function embedderDownloadBytes(model: EncoderName): number {
  const { parameters, dtype } = encoder(model);
  return parameters * (dtype === "float32" ? 4 : 2);
}

/**
 * Memory of one TEI process in MiB: the weights, in float32 on CPU and float16 on a GPU, the activations of a full batch, and 1 GiB
 * on CPU (the program, tokenisers) or the usual overhead on a GPU.
 */
export function embedderMemoryMiB(model: EncoderName, gpu?: GpuName, batchTokens = defaultBatchTokens(model)): number {
  const { parameters, hiddenSize } = encoder(model);
  const weights = (parameters * (gpu ? 2 : 4) * weightsMargin) / mebibyte;
  const activations = (batchTokens * hiddenSize * activationBytes) / mebibyte;
  return Math.ceil(weights + activations + (gpu ? gpuOverheadMiB : 1024));
}

/**
 * Why such a model cannot run on a GPU.
 * @returns `undefined` if it can.
 */
export function embedderRefusal(model: EncoderName, gpu: GpuName, batchTokens?: number): string | undefined {
  const { memoryMiB, computeCapability } = gpus[gpu];
  if (!teiImage(gpus[gpu]))
    return `${gpu} (compute capability ${computeCapability}) has no image of Text Embeddings Inference; use a pool of newer GPUs, or one without`;
  const needed = embedderMemoryMiB(model, gpu, batchTokens);
  if (needed <= memoryMiB) return undefined;
  return `${model} needs ${gibibytes(needed)}, and ${gpu} has ${gibibytes(memoryMiB)}; lower maximumBatchTokens, or use a larger GPU`;
}
