import { engines } from "./engines.ts";
import { type GpuName, gpus, type Gpu } from "./gpus.ts";
import { gpuOverheadMiB, keyValueBytesPerToken, mebibyte, weightsBytes, weightsMargin } from "./memory.ts";
import { type Dtype, type Model, type ModelName, models } from "./models.ts";

/** How a model is to be run. */
export interface FitOptions {
  /** GPUs of one replica, between which the weights are split. @default 1 */
  tensorParallel?: number;
  /** @default the model's own data type; `float16` on a GPU without bfloat16 */
  dtype?: Dtype;
  /** Tokens of prompt and answer together that one request may have. @default the model's own context length */
  contextLength?: number;
}

/** A way to run the model that fits. */
export interface Configuration {
  gpu: GpuName;
  tensorParallel: number;
  contextLength: number;
}

/** Whether a model fits, and what to do if not. */
export type FitVerdict =
  | {
      fits: true;
      /** Per GPU: weights, overhead and the cache of one request of full length. */
      neededMiB: number;
      /** Per GPU: what the engine may take. */
      availableMiB: number;
      /** Requests of full length that the cache holds at once. */
      concurrentRequests: number;
    }
  | {
      fits: false;
      /** Why, with the figures, as the continuation of `<path>: `. */
      reason: string;
      /** Nearest configurations that fit, cheapest change first; empty if none in the catalogue does. */
      alternatives: Configuration[];
    };

/** Sizes that a replica may have, in GPUs: those that a node of the catalogue's GPUs is sold with. */
export const replicaSizes = [1, 2, 4, 8];

/** Context lengths worth proposing, in tokens. */
const usefulContexts = [65_536, 32_768, 16_384, 8192, 4096, 2048];

/**
 * Whether a model fits on `tensorParallel` GPUs of one kind: weights, overhead and the key-value cache of one request of full length
 * must be within the share of memory that the engine may take.
 */
export function fitsGpu(model: ModelName, gpu: GpuName, options: FitOptions = {}): FitVerdict {
  const verdict = check(model, gpu, options);
  return typeof verdict === "string"
    ? { fits: false, reason: verdict, alternatives: alternatives(model, gpu, options) }
    : verdict;
}

/** The data type to run with: the wanted one or the model's own, but `float16` on GPUs before Ampere, which lack bfloat16. */
export function dtypeFor(model: ModelName, gpu: GpuName, wanted?: Dtype): Dtype {
  return wanted ?? (supportsBfloat16(gpus[gpu]) ? models[model].dtype : "float16");
}

/** The words for a configuration: `2 × A10 with contextLength 16384`. */
export function describeConfiguration({ gpu, tensorParallel, contextLength }: Configuration): string {
  return `${tensorParallel} × ${gpu} with contextLength ${contextLength}`;
}

type Fitting = Extract<FitVerdict, { fits: true }>;

function check(name: ModelName, gpuName: GpuName, options: FitOptions): Fitting | string {
  const model: Model = models[name];
  const gpu: Gpu = gpus[gpuName];
  const { tensorParallel = 1, contextLength = model.contextLength } = options;
  const dtype = dtypeFor(name, gpuName, options.dtype);

  if (!canSplit(model, tensorParallel)) {
    const sizes = replicaSizes.filter((size) => canSplit(model, size)).join(", ");
    const heads = `${model.attentionHeads} attention heads and ${model.keyValueHeads} key-value heads`;
    return `${name} has ${heads}, which ${tensorParallel} GPUs cannot share evenly; use ${sizes}`;
  }
  if (contextLength > model.contextLength) {
    return `${name} reads at most ${model.contextLength} tokens, not ${contextLength}`;
  }
  if (dtype === "bfloat16" && !supportsBfloat16(gpu)) {
    return `${gpuName} (compute capability ${gpu.computeCapability}) has no bfloat16; leave dtype out, or use float16`;
  }

  const fixedMiB = (weightsBytes(model, dtype) * weightsMargin) / tensorParallel / mebibyte + gpuOverheadMiB;
  const requestMiB = (keyValueBytesPerToken(model, tensorParallel, dtype) * contextLength) / mebibyte;
  const neededMiB = Math.ceil(fixedMiB + requestMiB);
  const availableMiB = Math.floor(gpu.memoryMiB * engines.vllm.gpuMemoryUtilization);
  if (neededMiB > availableMiB) {
    return (
      `${name} in ${dtype} with contextLength ${contextLength} needs ${gibibytes(neededMiB)} on each of ${tensorParallel} × ${gpuName}, ` +
      `of which the engine may use ${gibibytes(availableMiB)}`
    );
  }
  return {
    fits: true,
    neededMiB,
    availableMiB,
    concurrentRequests: Math.floor((availableMiB - fixedMiB) / requestMiB),
  };
}

/** A shorter context on the same GPUs, more of the same GPU, then other GPUs: the fewest first, then the smallest. */
function alternatives(model: ModelName, wantedGpu: GpuName, options: FitOptions): Configuration[] {
  const { tensorParallel: wantedSize = 1 } = options;
  const contextLength = Math.min(options.contextLength ?? models[model].contextLength, models[model].contextLength);
  const fits = (candidate: Configuration) => {
    const dtype = supportsBfloat16(gpus[candidate.gpu]) ? options.dtype : undefined;
    return typeof check(model, candidate.gpu, { ...candidate, dtype }) !== "string";
  };
  const shorter = usefulContexts.find(
    (length) => length < contextLength && fits({ gpu: wantedGpu, tensorParallel: wantedSize, contextLength: length }),
  );
  const withShorterContext = shorter ? [{ gpu: wantedGpu, tensorParallel: wantedSize, contextLength: shorter }] : [];
  const withGpu = (gpu: GpuName): Configuration[] => {
    const tensorParallel = replicaSizes.find((size) => fits({ gpu, tensorParallel: size, contextLength }));
    return tensorParallel === undefined ? [] : [{ gpu, tensorParallel, contextLength }];
  };
  const otherGpus = (Object.keys(gpus) as GpuName[]).filter((gpu) => gpu !== wantedGpu);
  const fewestFirst = otherGpus
    .flatMap(withGpu)
    .toSorted(
      (one, other) => one.tensorParallel - other.tensorParallel || gpus[one.gpu].memoryMiB - gpus[other.gpu].memoryMiB,
    );
  return [...withShorterContext, ...withGpu(wantedGpu), ...fewestFirst].slice(0, 4);
}

/**
 * Whether that many GPUs can share the heads: query heads evenly, key-value heads evenly or each copied to the same number of GPUs.
 * The rule is vLLM's (its assertions on `total_num_heads` and `total_num_kv_heads`).
 */
export function canSplit({ attentionHeads, keyValueHeads }: Model, gpuCount: number): boolean {
  if (!Number.isInteger(gpuCount) || gpuCount < 1 || attentionHeads % gpuCount !== 0) return false;
  return keyValueHeads >= gpuCount ? keyValueHeads % gpuCount === 0 : gpuCount % keyValueHeads === 0;
}

function supportsBfloat16(gpu: Gpu): boolean {
  return Number(gpu.computeCapability) >= 8;
}

function gibibytes(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}
