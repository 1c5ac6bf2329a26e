import { type AdaptedServer, downloadedAdapterBytes, registeredAdapterBytes } from "./adapters.ts";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import { llamaCppBytes, llamaCppResources } from "./llama-cpp.ts";
import { serverWeightsPlan, type withDefaults } from "./settings.ts";
import { downloadBytes, models } from "@genai/catalog";

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
  weights,
  adapters,
  plan: { local },
}: Pick<ReturnType<typeof withDefaults>, "model" | "gguf" | "engine" | "plan" | "weights" | "adapters">): VolumeSizes {
  if (engine === "llamaCpp") {
    const home = local ? 1 : Math.ceil(llamaCppBytes({ model, gguf }) / gibibyte) + 1;
    return { home: `${home}Gi`, temporary: "1Gi" };
  }
  return {
    home: `${homeGibibytes({ model, engine, weights, adapters }, local)}Gi`,
    temporary: `${temporaryGibibytes}Gi`,
    sharedMemory: "2Gi",
  };
}

/**
 * What one replica requests. CPU: two processes and one for each GPU, two virtual CPUs each (docs.vllm.ai, configuration/optimization);
 * no limit, because idle CPU is free and compiling at start can use it. Memory: the 20 GiB that vLLM's Kubernetes example allows
 * with one GPU, and 4 GiB for the process of each further one (estimate); each process keeps the adapters too.
 * @param local Whether a volume has the weights, which the node's own disk then need not hold.
 */
function gpuServerResources(server: GpuServer, local: boolean) {
  const { gpusPerReplica: gpus = 1, keyValueOffload = 0 } = server;
  const adapters = Math.ceil((registeredAdapterBytes(server) * gpus) / gibibyte);
  const bounded = {
    memory: `${16 + 4 * gpus + adapters + keyValueOffload}Gi`,
    "ephemeral-storage": `${homeGibibytes(server, local) + temporaryGibibytes + logGibibytes}Gi`,
    "nvidia.com/gpu": String(gpus),
  };
  return { requests: { cpu: String(2 * (2 + gpus)), ...bounded }, limits: bounded };
}

/** What of a server its resources follow from, on GPUs. */
type GpuServer = AdaptedServer & Pick<InferenceServerArgs, "gpusPerReplica" | "keyValueOffload">;

/** What one replica of a server requests, by its engine; of several nodes, what each of its Pods does, with `gpusPerReplica` its share. */
export function modelResources(server: GpuServer & Pick<InferenceServerArgs, "contextLength" | "gguf">) {
  const { local } = serverWeightsPlan(server);
  return server.engine === "llamaCpp" ? llamaCppResources(server, local) : gpuServerResources(server, local);
}

/** What the home holds: caches, and the weights and adapters that no volume has. */
function homeGibibytes(server: AdaptedServer, local: boolean): number {
  const weights = local ? 0 : Math.ceil(downloadBytes(models[server.model]) / gibibyte);
  return weights + Math.ceil(downloadedAdapterBytes(server) / gibibyte) + cacheGibibytes;
}
