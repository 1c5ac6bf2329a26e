import { adapterBytesPerGpu, type AdapterSlots, canAdapt } from "./adapters.ts";
import { engines } from "./engines.ts";
import { type GpuName, gpus, type Gpu } from "./gpus.ts";
import {
  gibibytes,
  gpuOverheadMiB,
  mebibyte,
  requestBytes,
  type Split,
  weightsBytesPerGpu,
  weightsMargin,
} from "./memory.ts";
import { type ModelName, models } from "./models.ts";
import { canSplit, canStage } from "./parallelism.ts";
import { type Dtype, type Quantization, type QuantizationName, quantizations } from "./quantization.ts";

/** How a model is to be run; GPUs of a replica are `tensorParallel` × `pipelineParallel`. */
export interface FitOptions extends Split {
  /** @default the model's own data type; `float16` on a GPU without bfloat16 */
  dtype?: Dtype;
  /** Quantisation to apply while loading. @default the one that the weights are published with */
  quantization?: QuantizationName;
  /** Tokens of prompt and answer together that one request may have. @default the model's own context length */
  contextLength?: number;
  /** Room for adapters. @default none */
  adapterSlots?: AdapterSlots;
}

/** A way to run the model that fits. */
export interface Configuration {
  gpu: GpuName;
  tensorParallel: number;
  contextLength: number;
  /** Applied while loading. @default as asked for, or as published */
  quantization?: QuantizationName;
}

/** Whether a model fits, and what to do if not. */
export type FitVerdict =
  | {
      fits: true;
      /** Per GPU: weights, adapters, overhead and the cache of one request of full length. */
      neededMiB: number;
      /** Per GPU: what the engine may take. */
      availableMiB: number;
      /** Requests of full length that run at once: what the cache holds, and at most what the engine schedules. */
      concurrentRequests: number;
    }
  | {
      fits: false;
      /** Why, with the figures, as the continuation of `<path>: `. */
      reason: string;
      /** The option that cannot be, if it is one of them and not the memory. */
      about?: keyof FitOptions;
      /** Per GPU, as above, if it is the memory that does not suffice. */
      neededMiB?: number;
      availableMiB?: number;
      /** Nearest configurations that fit, cheapest change first; empty if none in the catalogue does. */
      alternatives: Configuration[];
    };

/** Sizes that a replica may have, in GPUs: those that a node of the catalogue's GPUs is sold with. */
export const replicaSizes = [1, 2, 4, 8];

const gpuNames = Object.keys(gpus) as GpuName[];

/** Context lengths worth proposing, in tokens. */
const usefulContexts = [131_072, 65_536, 32_768, 16_384, 8192, 4096, 2048];

/**
 * Whether a model fits on `tensorParallel` GPUs of one kind: weights, overhead and the key-value cache of one request of full length
 * must be within the share of memory that the engine may take.
 */
export function fitsGpu(model: ModelName, gpu: GpuName, options: FitOptions = {}): FitVerdict {
  const verdict = check(model, gpu, options);
  return verdict.fits ? verdict : { ...verdict, alternatives: alternatives(model, gpu, options) };
}

/**
 * Tokens that a request may have where nothing is said: the model's own limit, or the longest useful length whose cache fits beside
 * the weights; the model's own limit too where none fits, for the verdict to say so.
 */
export function defaultContextLength(model: ModelName, gpu: GpuName, options: FitOptions = {}): number {
  const { contextLength: limit } = models[model];
  const lengths = [limit, ...usefulContexts.filter((length) => length < limit)];
  return lengths.find((contextLength) => check(model, gpu, { ...options, contextLength }).fits) ?? limit;
}

/** The data type to run with: the wanted one or the model's own, but `float16` on GPUs before Ampere, which lack bfloat16. */
export function dtypeFor(model: ModelName, gpu: GpuName, wanted?: Dtype): Dtype {
  return wanted ?? (supportsBfloat16(gpus[gpu]) ? models[model].dtype : "float16");
}

/** The words for a configuration: `2 × A10 with contextLength 16384`. */
export function describeConfiguration({ gpu, tensorParallel, contextLength, quantization }: Configuration): string {
  const quantised = quantization ? ` and quantization ${quantization}` : "";
  return `${tensorParallel} × ${gpu} with contextLength ${contextLength}${quantised}`;
}

type Checked = Extract<FitVerdict, { fits: true }> | Omit<Extract<FitVerdict, { fits: false }>, "alternatives">;

function check(name: ModelName, gpu: GpuName, options: FitOptions): Checked {
  const refused = refusal(name, gpu, options);
  if (refused) return { fits: false, ...refused };
  const { neededMiB, fixedMiB, requestMiB } = memoryOf(name, gpu, options);
  const available = engineMemoryMiB(gpu);
  if (neededMiB > available) {
    const { tensorParallel = 1, pipelineParallel = 1, contextLength = models[name].contextLength } = options;
    const format = options.quantization ?? models[name].quantization ?? dtypeFor(name, gpu, options.dtype);
    const { adapterSlots: slots } = options;
    const adapters = slots
      ? ` and ${slots.count} ${slots.count === 1 ? "adapter" : "adapters"} of rank ${slots.rank}`
      : "";
    const reason =
      `${name} in ${format} with contextLength ${contextLength}${adapters} needs ${gibibytes(neededMiB)} on each of ` +
      `${tensorParallel * pipelineParallel} × ${gpu}, of which the engine may use ${gibibytes(available)}`;
    return { fits: false, reason, neededMiB, availableMiB: available };
  }
  const held = Math.floor((available - fixedMiB) / requestMiB);
  const concurrentRequests = Math.min(held, engines.vllm.maximumSequences);
  return { fits: true, neededMiB, availableMiB: available, concurrentRequests };
}

/** Memory of one GPU in MiB: what weights and overhead take, and what one request of full length takes. */
function memoryOf(name: ModelName, gpu: GpuName, options: FitOptions) {
  const model = models[name];
  const dtype = dtypeFor(name, gpu, options.dtype);
  const bytes = weightsBytesPerGpu(model, dtype, options.quantization ?? model.quantization, options);
  const adapters = adapterBytesPerGpu(model, options.adapterSlots, options);
  const fixedMiB = (bytes * weightsMargin + adapters) / mebibyte + gpuOverheadMiB;
  const requestMiB = requestBytes(model, options.contextLength ?? model.contextLength, options) / mebibyte;
  return { fixedMiB, requestMiB, neededMiB: Math.ceil(fixedMiB + requestMiB) };
}

/** What the engine may take of a GPU, in MiB. */
export function engineMemoryMiB(gpu: GpuName): number {
  return Math.floor(gpus[gpu].memoryMiB * engines.vllm.gpuMemoryUtilization);
}

/** Why a model cannot run so at all, whatever the memory, and which option it is about. */
function refusal(
  name: ModelName,
  gpuName: GpuName,
  options: FitOptions,
): { about?: keyof FitOptions; reason: string } | undefined {
  const model = models[name];
  const gpu: Gpu = gpus[gpuName];
  const { tensorParallel = 1, pipelineParallel = 1, contextLength = model.contextLength } = options;
  const capability = () => `${gpuName} (compute capability ${gpu.computeCapability})`;
  if (!canSplit(model, tensorParallel)) {
    const sizes = replicaSizes.filter((size) => canSplit(model, size)).join(", ");
    const heads = `${model.attentionHeads} attention heads and ${model.keyValueHeads} key-value heads`;
    const reason = `${name} has ${heads}, which ${tensorParallel} GPUs cannot share evenly; use ${sizes}`;
    return { about: "tensorParallel", reason };
  }
  if (!canStage(model, pipelineParallel)) {
    const reason = `${name} has ${model.layers} layers, too few for ${pipelineParallel} stages of a pipeline; use fewer`;
    return { about: "pipelineParallel", reason };
  }
  if (contextLength > model.contextLength)
    return {
      about: "contextLength",
      reason: `${name} reads at most ${model.contextLength} tokens, not ${contextLength}`,
    };
  if (!canQuantize(name, options.quantization)) {
    const reason = model.quantization
      ? `${name} is published in ${model.quantization} and cannot be quantised to ${options.quantization}; leave quantization out`
      : `${options.quantization} needs weights that were published so, which those of ${name} are not; use fp8, or leave quantization out`;
    return { about: "quantization", reason };
  }
  const format = options.quantization ?? model.quantization;
  const quantization: Quantization | undefined = format && quantizations[format];
  if (quantization && Number(gpu.computeCapability) < quantization.minimumCapability) {
    const reason = `${capability()} cannot run ${format}, which needs ${quantization.minimumCapability.toFixed(1)}; use a newer GPU${options.quantization ? ", or leave quantization out" : ""}`;
    return { ...(options.quantization ? { about: "quantization" } : {}), reason };
  }
  if (options.adapterSlots && !canAdapt(model)) {
    const reason = `${name} has layers whose adapters have no known size; leave adapters out, or use another model`;
    return { about: "adapterSlots", reason };
  }
  if (options.keyValueCacheDtype === "fp8" && Number(gpu.computeCapability) < 8.9) {
    const reason = `${capability()} has no fp8, which keyValueCacheDtype asks for; leave it out, or use a GPU from 8.9 on`;
    return { about: "keyValueCacheDtype", reason };
  }
  if (dtypeFor(name, gpuName, options.dtype) === "bfloat16" && !supportsBfloat16(gpu))
    return { about: "dtype", reason: `${capability()} has no bfloat16; leave dtype out, or use float16` };
  return undefined;
}

/**
 * A shorter context on the same GPUs, the weights quantised while loading, more of the same GPU, then other GPUs: the fewest first, then
 * the smallest.
 */
function alternatives(model: ModelName, wantedGpu: GpuName, options: FitOptions): Configuration[] {
  const { tensorParallel = 1, pipelineParallel = 1, keyValueCacheDtype, adapterSlots } = options;
  const wantedSize = tensorParallel * pipelineParallel;
  const contextLength = Math.min(options.contextLength ?? models[model].contextLength, models[model].contextLength);
  const quantization = canQuantize(model, options.quantization) ? options.quantization : undefined;
  const asked = { contextLength, quantization, keyValueCacheDtype, adapterSlots };
  const fits = (gpu: GpuName, changes: Pick<FitOptions, "tensorParallel" | "contextLength" | "quantization">) => {
    const dtype = supportsBfloat16(gpus[gpu]) ? options.dtype : undefined;
    return check(model, gpu, { ...asked, ...changes, dtype }).fits;
  };
  const wanted = { gpu: wantedGpu, tensorParallel: wantedSize, contextLength };
  // What is refused for another reason than memory needs neither.
  const tooLarge = !fits(wantedGpu, { tensorParallel: wantedSize });
  const shorter = usefulContexts.find(
    (length) =>
      tooLarge && length < contextLength && fits(wantedGpu, { tensorParallel: wantedSize, contextLength: length }),
  );
  const quantised =
    tooLarge && quantization === undefined && fits(wantedGpu, { tensorParallel: wantedSize, quantization: "fp8" });
  // What a replica of each size needs does not depend on the GPU, so that it is computed once.
  const sizes = replicaSizes
    .filter((size) => canSplit(models[model], size))
    .map((size) => ({ size, neededMiB: memoryOf(model, wantedGpu, { ...asked, tensorParallel: size }).neededMiB }));
  const withGpu = (gpu: GpuName): Configuration[] => {
    const enough = sizes.find(({ neededMiB }) => neededMiB <= engineMemoryMiB(gpu));
    if (!enough || !fits(gpu, { tensorParallel: enough.size })) return [];
    return [{ gpu, tensorParallel: enough.size, contextLength }];
  };
  const fewestFirst = gpuNames
    .filter((gpu) => gpu !== wantedGpu)
    .flatMap(withGpu)
    .toSorted(
      (one, other) => one.tensorParallel - other.tensorParallel || gpus[one.gpu].memoryMiB - gpus[other.gpu].memoryMiB,
    );
  return [
    ...(shorter ? [{ ...wanted, contextLength: shorter }] : []),
    ...(quantised ? [{ ...wanted, quantization: "fp8" as const }] : []),
    ...withGpu(wantedGpu),
    ...fewestFirst,
  ].slice(0, 4);
}

/** Whether a quantisation is the weights' own, or can be applied to them while loading. */
function canQuantize(name: ModelName, wanted: QuantizationName | undefined): boolean {
  const published = models[name].quantization;
  return wanted === undefined || wanted === published || (!published && quantizations[wanted].online);
}

function supportsBfloat16(gpu: Gpu): boolean {
  return Number(gpu.computeCapability) >= 8;
}
