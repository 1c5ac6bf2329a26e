import {
  canSplit,
  downloadBytes,
  embedderMemoryMiB,
  embedderRefusal,
  type EmbeddingModelName,
  embeddingModels,
  type FitVerdict,
  fitsGpu,
  type Gpu,
  type GpuName,
  type GpuPrice,
  gpus,
  isGpuName,
  isModelName,
  type ModelName,
  models,
  type QuantizationName,
  replicaSizes,
  rerankingModels,
  sharingFor,
  speechModels,
} from "@genai/catalog";
import { didYouMean } from "@genai/platform";
import { exitCodes, UserError } from "../errors.ts";
import { printTable } from "../table.ts";

/** Prints the models of the catalogue, by what they are for. */
export function listModels(json: boolean): void {
  if (json)
    return console.log(JSON.stringify({ models, embeddingModels, rerankingModels, speechModels }, undefined, 2));
  const language = Object.entries(models).map(([name, model]) => ({
    model: name,
    task: model.task,
    parameters: billions(model.parameters),
    active: model.activeParameters < model.parameters * 0.9 ? billions(model.activeParameters) : "",
    weights: gibibytes(downloadBytes(model) / 2 ** 20),
    format: model.quantization ?? model.dtype,
    "context length": model.contextLength,
    licence: model.licence,
    gated: model.gated ? "yes" : "",
  }));
  const rows = (task: string, table: Readonly<Record<string, EncoderRow>>) =>
    Object.entries(table).map(([name, { parameters, dtype, maximumTokens, licence }]) => ({
      model: name,
      task,
      parameters: billions(parameters),
      weights: gibibytes((parameters * (dtype === "float32" ? 4 : 2)) / 2 ** 20),
      format: dtype,
      "context length": maximumTokens,
      licence,
    }));
  const others = [
    ...rows("embedding", embeddingModels),
    ...rows("reranking", rerankingModels),
    ...rows("speech", speechModels),
  ];
  printTable([...language, ...others], ["parameters", "active", "weights", "context length"]);
}

/** What the lists of embedding, reranking and speech models have in common. */
interface EncoderRow {
  parameters: number;
  dtype: string;
  licence: string;
  maximumTokens?: number;
}

/** Prints the GPUs that a pool may have. */
export function listGpus(json: boolean): void {
  if (json) return console.log(JSON.stringify(gpus, undefined, 2));
  const rows = Object.entries(gpus).map(([name, gpu]: [string, Gpu]) => ({
    gpu: name,
    memory: gibibytes(gpu.memoryMiB),
    family: gpu.family,
    "compute capability": gpu.computeCapability,
    NVLink: gpu.nvlinkGBps ? `${gpu.nvlinkGBps} GB/s` : "",
    "smallest MIG": gpu.migProfiles[0] ? `${gpu.migProfiles[0].instances} × ${gpu.migProfiles[0].name}` : "",
    "$ an hour": gpu.price?.onDemand ?? "unknown",
    spot: gpu.price?.spot ?? "",
  }));
  printTable(rows, ["memory", "compute capability", "NVLink", "$ an hour", "spot"]);
}

/** What to look for. */
export interface FitQuestion {
  /** Only this GPU. */
  gpu?: string;
  /** Tokens of prompt and answer together. Default: the model's own context length. */
  context?: number;
  /** Requests of full length at once. Default 1. */
  users?: number;
  /** Quantisation to apply while loading. Default: as the weights are published. */
  quantization?: QuantizationName;
  /** `fp8` halves the cache. Default: 16 bits. */
  keyValueCacheDtype?: "fp8";
}

/** How a model runs on one kind of GPU: the fewest GPUs that fit, or why none does. */
export interface FitRow {
  gpu: GpuName;
  gpusPerReplica: number;
  verdict: FitVerdict;
  /** Replicas that hold all users' requests at once, if it fits. */
  replicas?: number;
}

/**
 * Prints where a model fits. Ends with exit code 1 if it fits nowhere.
 * @throws {UserError} If the catalogue has no such model or GPU.
 */
export function fit(name: string, question: FitQuestion, json: boolean): void {
  if (Object.hasOwn(embeddingModels, name)) return fitEmbedder(name as EmbeddingModelName, question, json);
  const rows = fitRows(knownModel(name), question);
  if (json) console.log(JSON.stringify({ model: name, ...question, rows }, undefined, 2));
  else printTable(rows.map(rowOf), ["GPUs", "requests at once", "replicas", "$ an hour"]);
  if (!rows.some(({ verdict }) => verdict.fits)) {
    const reasons = rows.flatMap(({ verdict }) => (verdict.fits ? [] : [verdict.reason]));
    throw new UserError(json ? "" : reasons.join("\n"), exitCodes.failed);
  }
}

/** Where an embedding model runs, and what a replica takes of the memory: on CPU, and on each GPU asked about. */
function fitEmbedder(model: EmbeddingModelName, { gpu }: FitQuestion, json: boolean): void {
  const names = gpu === undefined ? (Object.keys(gpus) as GpuName[]) : [knownGpu(gpu)];
  const onGpus = names.map((candidate) => ({
    on: candidate,
    neededMiB: embedderMemoryMiB(model, candidate),
    availableMiB: gpus[candidate].memoryMiB,
    refusal: embedderRefusal(model, candidate),
  }));
  const rows = [
    ...(gpu === undefined ? [{ on: "CPU", neededMiB: embedderMemoryMiB(model) }] : []),
    ...onGpus.map(({ refusal, ...row }) => (refusal === undefined ? row : { ...row, refusal })),
  ];
  if (json) return console.log(JSON.stringify({ model, ...embeddingModels[model], rows }, undefined, 2));
  const table = rows.map((row) => ({
    on: row.on,
    memory: "availableMiB" in row ? memoryBar(row.neededMiB, row.availableMiB) : gibibytes(row.neededMiB),
    "": "refusal" in row ? "does not run" : "",
  }));
  printTable(table, []);
}

function memoryBar(neededMiB: number, availableMiB: number): string {
  const filled = Math.min(20, Math.round((neededMiB / availableMiB) * 20));
  return `${"█".repeat(filled).padEnd(20, "░")} ${gibibytes(neededMiB)} of ${gibibytes(availableMiB)}`;
}

/** The smallest replica that fits, for each GPU asked about. */
export function fitRows(model: ModelName, question: FitQuestion): FitRow[] {
  const { gpu, context, users = 1, quantization, keyValueCacheDtype } = question;
  const names = gpu === undefined ? (Object.keys(gpus) as GpuName[]) : [knownGpu(gpu)];
  const sizes = replicaSizes.filter((size) => canSplit(models[model], size));
  return names.map((candidate) => {
    const tried = sizes.map((tensorParallel) => ({
      gpu: candidate,
      gpusPerReplica: tensorParallel,
      verdict: fitsGpu(model, candidate, { tensorParallel, contextLength: context, quantization, keyValueCacheDtype }),
    }));
    const found = tried.find(({ verdict }) => verdict.fits);
    if (!found?.verdict.fits) return tried.at(-1) as FitRow;
    return { ...found, replicas: Math.ceil(users / found.verdict.concurrentRequests) };
  });
}

function rowOf({ gpu, gpusPerReplica, verdict, replicas }: FitRow) {
  if (!verdict.fits) return { GPU: gpu, GPUs: "–", "memory of one GPU": `does not fit on ${gpusPerReplica}` };
  const price: GpuPrice | undefined = (gpus[gpu] as Gpu).price;
  const { neededMiB, availableMiB, concurrentRequests } = verdict;
  return {
    GPU: gpu,
    GPUs: gpusPerReplica,
    "memory of one GPU": memoryBar(neededMiB, availableMiB),
    "requests at once": concurrentRequests,
    "smallest share": gpusPerReplica === 1 ? smallestShare(gpu, neededMiB) : "",
    replicas,
    "$ an hour": price && replicas ? (price.onDemand * gpusPerReplica * replicas).toFixed(2) : "unknown",
  };
}

/** The MIG instance that holds a replica with one request of full length, if any does. */
function smallestShare(gpu: GpuName, neededMiB: number): string {
  const sharing = sharingFor({ gpu, neededMiB, processes: 2, acrossTenants: true });
  return sharing.mode === "mig" ? `MIG ${sharing.profile.name}` : "";
}

function knownModel(name: string): ModelName {
  if (isModelName(name)) return name;
  const names = Object.keys(models);
  if (Object.hasOwn({ ...rerankingModels, ...speechModels }, name))
    throw new UserError(`"${name}" generates no text, which genai fit counts requests of`, exitCodes.invalid);
  throw new UserError(
    `The catalogue has no model "${name}"${didYouMean(name, names)}\nList them: genai models`,
    exitCodes.invalid,
  );
}

function knownGpu(name: string): GpuName {
  if (isGpuName(name)) return name;
  const names = Object.keys(gpus);
  throw new UserError(
    `The catalogue has no GPU "${name}"; it has ${names.join(", ")}${didYouMean(name, names)}`,
    exitCodes.invalid,
  );
}

function billions(parameters: number): string {
  return `${(parameters / 1e9).toFixed(parameters < 1e9 ? 2 : 1)} B`;
}

function gibibytes(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}
