import { downloadBytes, models, type ModelName } from "@genai/catalog";

const gibibyte = 2 ** 30;

/** Size of each writable volume, as quantities. */
export interface VolumeSizes {
  /** Home: the weights, and compiler caches. */
  home: string;
  temporary: string;
  /** Shared memory, which counts as memory: what vLLM's Kubernetes example gives NCCL and its worker processes. */
  sharedMemory: string;
}

const cacheGibibytes = 10;
const temporaryGibibytes = 4;
const logGibibytes = 1;

/** Sizes of the writable volumes of a server of `model`. */
export function volumeSizes(model: ModelName): VolumeSizes {
  return {
    home: `${homeGibibytes(model)}Gi`,
    temporary: `${temporaryGibibytes}Gi`,
    sharedMemory: "2Gi",
  };
}

/**
 * What one replica requests. CPU: two processes and one for each GPU, two virtual CPUs each (docs.vllm.ai, configuration/optimization);
 * no limit, because idle CPU is free and compiling at start can use it. Memory: the 20 GiB that vLLM's Kubernetes example allows
 * with one GPU, and 4 GiB for the process of each further one (estimate).
 */
export function serverResources(model: ModelName, gpus: number) {
  const bounded = {
    memory: `${16 + 4 * gpus}Gi`,
    "ephemeral-storage": `${homeGibibytes(model) + temporaryGibibytes + logGibibytes}Gi`,
    "nvidia.com/gpu": String(gpus),
  };
  return { requests: { cpu: String(2 * (2 + gpus)), ...bounded }, limits: bounded };
}

function homeGibibytes(model: ModelName): number {
  return Math.ceil(downloadBytes(models[model]) / gibibyte) + cacheGibibytes;
}
