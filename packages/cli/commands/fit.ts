import {
  canSplit,
  describeConfiguration,
  type FitVerdict,
  fitsGpu,
  fitsSpeech,
  type Gpu,
  type GpuName,
  type GpuPrice,
  gpus,
  type ModelName,
  models,
  pricesReadOn,
  type QuantizationName,
  replicaSizes,
  sharingFor,
  type SpeechModelName,
} from "@genai/catalog";
import { exitCodes, UserError } from "../errors.ts";
import { printTable } from "../table.ts";
import { memoryBar } from "../units.ts";
import { fitEncoder } from "./fit-encoder.ts";
import { findGpu, findModel } from "./fit-names.ts";

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

/** How a model runs on one kind of GPU: with the fewest GPUs that hold all users, or why it does not. */
export interface FitRow {
  gpu: GpuName;
  gpusPerReplica: number;
  verdict: FitVerdict;
  /** Replicas that hold all users' requests at once, if it fits. */
  replicas?: number;
  /** US dollars for all of them and an hour, where the catalogue has a price. */
  dollarsPerHour?: number;
}

/**
 * Prints where a model fits. Ends with exit code 1 if it fits nowhere.
 * @throws {UserError} If the catalogue has no such model or GPU, or an option means nothing for the model.
 */
export function fit(given: string, question: FitQuestion, json: boolean): void {
  const { kind, name } = findModel(given);
  const gpuNames = question.gpu === undefined ? (Object.keys(gpus) as GpuName[]) : [findGpu(question.gpu)];
  if (kind !== "language") refuseOptions(name, question, kind === "speech" ? ["users"] : []);
  if (kind === "encoder") return fitEncoder(name, gpuNames, question.gpu === undefined, json);
  const rows = kind === "speech" ? speechRows(name, gpuNames, question) : fitRows(name, question, gpuNames);
  if (json) console.log(JSON.stringify({ model: name, ...question, rows }, undefined, 2));
  else {
    console.log(
      headline(name, kind === "speech" ? "30 s of audio" : `${tokensOf(name as ModelName, question)} tokens`, question),
    );
    printTable(rows.toSorted(cheapestFirst).map(rowOf), ["GPUs", "requests at once", "replicas", "$ an hour"]);
    console.log(
      `Requests at once are of that length each. Typical prices of ${pricesReadOn}; genai gpus --json says from where.`,
    );
  }
  if (!rows.some(({ verdict }) => verdict.fits)) throw new UserError(json ? "" : whyNot(rows), exitCodes.failed);
}

/** The replicas that hold all users with the fewest GPUs, for each GPU asked about. */
export function fitRows(model: ModelName, question: FitQuestion, gpuNames: readonly GpuName[]): FitRow[] {
  const { context, quantization, keyValueCacheDtype } = question;
  if (tokensOf(model, question) > models[model].contextLength)
    throw new UserError(
      `${model} reads at most ${models[model].contextLength} tokens, not ${context}`,
      exitCodes.invalid,
    );
  const sizes = replicaSizes.filter((size) => canSplit(models[model], size));
  return gpuNames.map((gpu) => {
    const tried = sizes.map((tensorParallel) =>
      fitRow(
        gpu,
        tensorParallel,
        fitsGpu(model, gpu, { tensorParallel, contextLength: context, quantization, keyValueCacheDtype }),
        question,
      ),
    );
    // The fewest GPUs in all, of those the smallest replicas; one GPU is always among the sizes.
    const fitting = tried.filter(({ verdict }) => verdict.fits).toSorted((one, other) => gpusOf(one) - gpusOf(other));
    return fitting[0] ?? (tried.at(-1) as FitRow);
  });
}

function gpusOf({ gpusPerReplica, replicas = 1 }: FitRow): number {
  return gpusPerReplica * replicas;
}

function speechRows(model: SpeechModelName, gpuNames: readonly GpuName[], question: FitQuestion): FitRow[] {
  return gpuNames.map((gpu) => fitRow(gpu, 1, fitsSpeech(model, gpu), question));
}

function fitRow(gpu: GpuName, gpusPerReplica: number, verdict: FitVerdict, { users = 1 }: FitQuestion): FitRow {
  if (!verdict.fits) return { gpu, gpusPerReplica, verdict };
  const replicas = Math.ceil(users / verdict.concurrentRequests);
  const price: GpuPrice | undefined = (gpus[gpu] as Gpu).price;
  const dollarsPerHour = price && Math.round(price.onDemand * gpusPerReplica * replicas * 100) / 100;
  return { gpu, gpusPerReplica, verdict, replicas, ...(dollarsPerHour === undefined ? {} : { dollarsPerHour }) };
}

function tokensOf(model: ModelName, { context }: FitQuestion): number {
  return context ?? models[model].contextLength;
}

function headline(name: string, length: string, { users = 1, quantization, keyValueCacheDtype }: FitQuestion): string {
  const formats = [
    ...(quantization ? [`quantised to ${quantization}`] : []),
    ...(keyValueCacheDtype ? [`its cache in ${keyValueCacheDtype}`] : []),
  ];
  return `${[name, ...formats].join(", ")}: ${users === 1 ? "one request" : `${users} requests`} of ${length}`;
}

function cheapestFirst(one: FitRow, other: FitRow): number {
  const rank = ({ verdict, dollarsPerHour = Number.MAX_VALUE }: FitRow) => (verdict.fits ? dollarsPerHour : Infinity);
  return rank(one) === rank(other) ? 0 : rank(one) - rank(other);
}

function rowOf({ gpu, gpusPerReplica, verdict, replicas, dollarsPerHour }: FitRow) {
  const row = { GPU: gpu, GPUs: gpusPerReplica };
  const { neededMiB, availableMiB } = verdict;
  const bar = neededMiB !== undefined && availableMiB !== undefined ? memoryBar(neededMiB, availableMiB) : undefined;
  if (!verdict.fits)
    return { ...row, "memory of one GPU": bar ?? shortReason(verdict.reason), "requests at once": "–" };
  return {
    ...row,
    "memory of one GPU": bar,
    "requests at once": verdict.concurrentRequests,
    "smallest share": gpusPerReplica === 1 ? smallestShare(gpu, verdict.neededMiB) : "",
    replicas,
    "$ an hour": dollarsPerHour?.toFixed(2) ?? "unknown",
  };
}

/** `T4 (compute capability 7.5) cannot run fp8, which needs 8.0; use a newer GPU` without GPU and advice. */
function shortReason(reason: string): string {
  return reason.replace(/^\S+ \(compute capability [\d.]+\) /, "").replace(/;.*/, "");
}

/** The MIG instance that holds a replica with one request of full length, if any does. */
function smallestShare(gpu: GpuName, neededMiB: number): string {
  const sharing = sharingFor({ gpu, neededMiB, processes: 2, acrossTenants: true });
  return sharing.mode === "mig" ? `MIG ${sharing.profile.name}` : "";
}

/** Why nothing fits, and what would; of many GPUs the table says how far each is off. */
function whyNot(rows: readonly FitRow[]): string {
  const [verdict, ...others] = rows.map((row) => row.verdict);
  if (!verdict || verdict.fits || others.length > 0) return "It fits none of these.";
  const ways = verdict.alternatives.map(describeConfiguration).join(", or ");
  return ways ? `${verdict.reason}\nWhat fits: ${ways}` : verdict.reason;
}

const optionFlags = {
  context: "--context",
  users: "--users",
  quantization: "--quantization",
  keyValueCacheDtype: "--key-value-cache-dtype",
} as const;

/** @throws {UserError} If an option is given that means nothing for the model. */
function refuseOptions(name: string, question: FitQuestion, meant: readonly (keyof typeof optionFlags)[]): void {
  const keys = Object.keys(optionFlags) as (keyof typeof optionFlags)[];
  const given = keys
    .filter((key) => question[key] !== undefined && !meant.includes(key))
    .map((key) => optionFlags[key]);
  if (given.length === 0) return;
  throw new UserError(
    `${given.join(", ")}: means nothing for ${name}, which generates no text; leave it out`,
    exitCodes.invalid,
  );
}
