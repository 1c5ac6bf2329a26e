import { mebibyte, requestBytes } from "./memory.ts";
import { type ModelName, models } from "./models.ts";

/** How a GGUF file stores weights, by llama.cpp's names: 8 bits, or 4 bits with the most sensitive matrices in 6. */
export type GgufFormat = "q8_0" | "q4_k_m";

/** A model's file for llama.cpp. */
export interface GgufFile {
  /** Repository of Hugging Face's hub, by the model's own makers. */
  repository: string;
  file: string;
  /** Its size, rounded up to 10 MB. */
  bytes: number;
}

/** The files by model and format. Source: the file lists of these repositories; their makers publish no smaller format of the two smallest. */
export const ggufFiles: Partial<Record<ModelName, Partial<Record<GgufFormat, GgufFile>>>> = {
  "Qwen/Qwen3-0.6B": { q8_0: gguf("Qwen3-0.6B", "Q8_0", 640e6) },
  "Qwen/Qwen3-1.7B": { q8_0: gguf("Qwen3-1.7B", "Q8_0", 1_840e6) },
  "Qwen/Qwen3-4B": { q4_k_m: gguf("Qwen3-4B", "Q4_K_M", 2_500e6) },
  "Qwen/Qwen3-8B": { q4_k_m: gguf("Qwen3-8B", "Q4_K_M", 5_030e6) },
  "Qwen/Qwen3-14B": { q4_k_m: gguf("Qwen3-14B", "Q4_K_M", 9_010e6) },
};

/** The file of a model: in the wanted format, or the smallest that there is; undefined where there is none. */
export function ggufFile(model: ModelName, format?: GgufFormat): GgufFile | undefined {
  const files = ggufFiles[model] ?? {};
  return format ? files[format] : (files.q4_k_m ?? files.q8_0);
}

/** Seconds from the end of the download until llama.cpp answers: reading the file and a first token. Estimate. */
export const llamaCppWarmUpSeconds = 60;

/** Seconds between two tokens of one answer on four CPUs. Estimate: 8 billion parameters in 4 bits are 5 GB to read for each, at 25 GB/s. */
export const cpuSecondsPerToken = 0.2;

/** Requests that one llama.cpp process works on at once where nothing is said; each has a cache of the whole context. */
export const llamaCppParallel = 2;

/**
 * Memory of one llama.cpp process in MiB: the whole file, which it maps and then reads for every token, a 16-bit cache for each
 * request at once, and 1 GiB for the program and its buffers (estimate).
 */
export function llamaCppMemoryMiB(model: ModelName, fileBytes: number, contextLength: number): number {
  const cache = llamaCppParallel * requestBytes(models[model], contextLength);
  return Math.ceil((fileBytes + cache) / mebibyte) + 1024;
}

function gguf(name: string, format: string, bytes: number): GgufFile {
  return { repository: `Qwen/${name}-GGUF`, file: `${name}-${format}.gguf`, bytes };
}
