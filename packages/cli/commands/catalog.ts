import {
  canSplit,
  type FitVerdict,
  fitsGpu,
  type GpuName,
  gpus,
  isGpuName,
  isModelName,
  type Model,
  type ModelName,
  models,
  replicaSizes,
  weightsBytes,
} from "@genai/catalog";
import { didYouMean } from "@genai/platform";
import { Table } from "console-table-printer";
import { exitCodes, UserError } from "../errors.ts";

/** Prints the models that a stack file may name. */
export function listModels(json: boolean): void {
  if (json) return console.log(JSON.stringify(models, undefined, 2));
  const rows = Object.entries(models).map(([name, model]: [string, Model]) => ({
    model: name,
    parameters: `${(model.parameters / 1e9).toFixed(1)} B`,
    weights: gibibytes(weightsBytes(model) / 2 ** 20),
    "context length": model.contextLength,
    licence: model.licence,
    gated: model.gated ? "yes" : "",
  }));
  printTable(rows, ["parameters", "weights", "context length"]);
}

/** Prints the GPUs that a pool may have. */
export function listGpus(json: boolean): void {
  if (json) return console.log(JSON.stringify(gpus, undefined, 2));
  const rows = Object.entries(gpus).map(([name, gpu]) => ({
    gpu: name,
    memory: gibibytes(gpu.memoryMiB),
    family: gpu.family,
    "compute capability": gpu.computeCapability,
    MIG: gpu.migProfiles.length > 0 ? "yes" : "",
  }));
  printTable(rows, ["memory", "compute capability"]);
}

/** What to look for. */
export interface FitQuestion {
  /** Only this GPU. */
  gpu?: string;
  /** Tokens of prompt and answer together. Default: the model's own context length. */
  context?: number;
  /** Requests of full length at once. Default 1. */
  users?: number;
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
  const rows = fitRows(knownModel(name), question);
  if (json) console.log(JSON.stringify({ model: name, ...question, rows }, undefined, 2));
  else printTable(rows.map(rowOf), ["GPUs", "requests at once", "replicas"]);
  if (!rows.some(({ verdict }) => verdict.fits)) {
    const reasons = rows.flatMap(({ verdict }) => (verdict.fits ? [] : [verdict.reason]));
    throw new UserError(json ? "" : reasons.join("\n"), exitCodes.failed);
  }
}

/** The smallest replica that fits, for each GPU asked about. */
export function fitRows(model: ModelName, { gpu, context, users = 1 }: FitQuestion): FitRow[] {
  const names = gpu === undefined ? (Object.keys(gpus) as GpuName[]) : [knownGpu(gpu)];
  const sizes = replicaSizes.filter((size) => canSplit(models[model], size));
  return names.map((candidate) => {
    const tried = sizes.map((tensorParallel) => ({
      gpu: candidate,
      gpusPerReplica: tensorParallel,
      verdict: fitsGpu(model, candidate, { tensorParallel, contextLength: context }),
    }));
    const found = tried.find(({ verdict }) => verdict.fits);
    if (!found?.verdict.fits) return tried.at(-1) as FitRow;
    return { ...found, replicas: Math.ceil(users / found.verdict.concurrentRequests) };
  });
}

function rowOf({ gpu, gpusPerReplica, verdict, replicas }: FitRow) {
  if (!verdict.fits) return { GPU: gpu, GPUs: "–", "memory of one GPU": `does not fit on ${gpusPerReplica}` };
  const { neededMiB, availableMiB, concurrentRequests } = verdict;
  const share = neededMiB / availableMiB;
  return {
    GPU: gpu,
    GPUs: gpusPerReplica,
    "memory of one GPU": `${"█".repeat(Math.round(share * 20)).padEnd(20, "░")} ${gibibytes(neededMiB)} of ${gibibytes(availableMiB)}`,
    "requests at once": concurrentRequests,
    replicas,
  };
}

function knownModel(name: string): ModelName {
  if (isModelName(name)) return name;
  const names = Object.keys(models);
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

function printTable(rows: Record<string, unknown>[], numeric: string[]): void {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = new Table({
    shouldDisableColors: !process.stdout.isTTY,
    columns: names.map((name) => ({ name, alignment: numeric.includes(name) ? "right" : "left" })),
  });
  for (const row of rows) table.addRow(Object.fromEntries(names.map((name) => [name, row[name] ?? ""])));
  table.printTable();
}

function gibibytes(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}
