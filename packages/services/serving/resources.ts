import type { InferenceServerArgs } from "./inference-server.ts";
import { llamaCppBytes, llamaCppResources } from "./llama-cpp.ts";
import { serverWeightsPlan, type withDefaults } from "./settings.ts";
import { downloadBytes, models, type ModelName } from "@genai/catalog";

const gibibyte = 2 ** 30;

/** Size of each writable volume, as quantities. */
export interface VolumeSizes {
  /** Home: compiler caches, and the weights where no volume has them. */
  home: string;
  temporary: string;
  /** Shared memory, which counts as memory: what vLLM's Kubernetes example gives NCCL and its worker processes; none without GPUs. */
  sharedMemory?: string;
}

const cacheGibibytes = 10;
const temporaryGibibytes = 4;
const logGibibytes = 1;

/** Sizes of the writable volumes of a server. */
export function volumeSizes({
  model,
  gguf,
  engine,
  plan: { local },
}: Pick<ReturnType<typeof withDefaults>, "model" | "gguf" | "engine" | "plan">): VolumeSizes {
  if (engine === "llamaCpp") {
    const home = local ? 1 : Math.ceil(llamaCppBytes({ model, gguf }) / gibibyte) + 1;
    return { home: `${home}Gi`, temporary: "1Gi" };
  }
  return {
    home: `${homeGibibytes(model, local)}Gi`,
    temporary: `${temporaryGibibytes}Gi`,
    sharedMemory: "2Gi",
  };
}

/**
 * What one replica requests. CPU: two processes and one for each GPU, two virtual CPUs each (docs.vllm.ai, configuration/optimization);
 * no limit, because idle CPU is free and compiling at start can use it. Memory: the 20 GiB that vLLM's Kubernetes example allows
 * with one GPU, and 4 GiB for the process of each further one (estimate).
 * @param local Whether a volume has the weights, which the node's own disk then need not hold.
 */
export function serverResources(model: ModelName, gpus: number, local = false) {
  const bounded = {
    memory: `${16 + 4 * gpus}Gi`,
    "ephemeral-storage": `${homeGibibytes(model, local) + temporaryGibibytes + logGibibytes}Gi`,
    "nvidia.com/gpu": String(gpus),
  };
  return { requests: { cpu: String(2 * (2 + gpus)), ...bounded }, limits: bounded };
}

/** What one replica of a server requests, by its engine. */
export function modelResources(
  server: Pick<
    InferenceServerArgs,
    "model" | "engine" | "gpusPerReplica" | "contextLength" | "gguf" | "weights" | "keyValueOffload"
  >,
) {
  const { local } = serverWeightsPlan(server);
  if (server.engine === "llamaCpp") return llamaCppResources(server, local);
  const { requests, limits } = serverResources(server.model, server.gpusPerReplica ?? 1, local);
  const { keyValueOffload = 0 } = server;
  const memory = `${Number.parseInt(requests.memory, 10) + keyValueOffload}Gi`;
  return { requests: { ...requests, memory }, limits: { ...limits, memory } };
}

function homeGibibytes(model: ModelName, local: boolean): number {
  return (local ? 0 : Math.ceil(downloadBytes(models[model]) / gibibyte)) + cacheGibibytes;
}
