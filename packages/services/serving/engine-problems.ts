import { ggufFile, ggufFiles, models } from "@genai/catalog";
import { milliUnits } from "@genai/core";
import { modelResources } from "./resources.ts";
import type { withDefaults } from "./settings.ts";

type Found = [field: string, message: string];

/** What is wrong with a server of llama.cpp: the key, and what to do. */
export function llamaCppProblems(settings: ReturnType<typeof withDefaults>): Found[] {
  const { model, pool, gguf, contextLength, plan } = settings;
  if (pool.gpu)
    return [["pool", `"${pool.name}" has GPUs, and llamaCpp runs on CPUs; use a pool without, or engine vllm`]];
  const found: Found[] = [];
  for (const key of ["dtype", "quantization", "keyValueCacheDtype", "keyValueOffload"] as const)
    if (settings[key] !== undefined) found.push([key, "means nothing to llamaCpp; remove it"]);
  for (const key of ["gpusPerReplica", "pipelineParallel"] as const)
    if (settings[key] > 1) found.push([key, "means nothing to llamaCpp; remove it"]);
  if (!ggufFile(model)) {
    const known = Object.keys(ggufFiles).join(", ");
    found.push(["model", `${model} has no file for llamaCpp in the catalogue; use ${known}, or engine vllm`]);
    return found;
  }
  if (!ggufFile(model, gguf)) {
    const known = Object.keys(ggufFiles[model] ?? {}).join(", ");
    found.push(["gguf", `is ${gguf}, in which ${model} is not published; use ${known}`]);
  }
  const longest = models[model].contextLength;
  if (contextLength > longest)
    found.push(["contextLength", `${model} reads at most ${longest} tokens, not ${contextLength}`]);
  if (!plan.local && plan.revision !== undefined)
    found.push(["weights.revision", "cannot be chosen by llamaCpp when it downloads; set mirror, or remove it"]);
  const { memory } = modelResources(settings).requests;
  if (pool.memory !== undefined && milliUnits(memory) > milliUnits(pool.memory))
    found.push([
      "contextLength",
      `${model} with contextLength ${contextLength} needs ${memory}, and a node of pool "${pool.name}" has ${pool.memory}; ` +
        `lower it, or use a smaller model`,
    ]);
  return found;
}
