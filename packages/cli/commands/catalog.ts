import {
  downloadBytes,
  embeddingModels,
  gibibytes,
  type Gpu,
  gpus,
  models,
  rerankingModels,
  speechModels,
} from "@genai/catalog";
import { printTable } from "../table.ts";

/** Prints the models of the catalogue, by what they are for. */
export function listModels(json: boolean): void {
  if (json)
    return console.log(JSON.stringify({ models, embeddingModels, rerankingModels, speechModels }, undefined, 2));
  const language = Object.entries(models).map(([name, model]) => ({
    model: name,
    task: model.task,
    parameters: billions(model.parameters),
    active: model.experts ? billions(model.activeParameters) : "",
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

function billions(parameters: number): string {
  return `${(parameters / 1e9).toFixed(parameters < 1e9 ? 2 : 1)} B`;
}
