import { drainBudget, dtypeFor, engines, type Dtype, type GpuName, type ModelName } from "@genai/catalog";

/** What decides vLLM's settings. */
export interface VllmSettings {
  /** Name that clients put into `model`, beside the repository's own. */
  name: string;
  model: ModelName;
  gpu: GpuName;
  /** GPUs of one replica; the weights are split between them. */
  tensorParallel: number;
  /** Tokens of prompt and answer together. */
  contextLength: number;
  /** Longest answer in tokens. */
  maximumOutputTokens: number;
  /** @default the model's own, see `dtypeFor` */
  dtype?: Dtype;
}

/** Where the settings are mounted. */
export const vllmConfigDirectory = "/etc/genai/model";
/** The file vLLM reads them from. */
export const vllmConfigFile = "vllm.yaml";

/** vLLM's configuration file (docs.vllm.ai, configuration/serve_args): its long options without dashes, as of the pinned version. */
export function vllmConfig(settings: VllmSettings): string {
  const { name, model, gpu, tensorParallel, contextLength, maximumOutputTokens, dtype } = settings;
  const options: Record<string, string | number | string[]> = {
    model,
    "served-model-name": [name, model],
    port: engines.vllm.port,
    dtype: dtypeFor(model, gpu, dtype),
    "tensor-parallel-size": tensorParallel,
    "max-model-len": contextLength,
    "gpu-memory-utilization": engines.vllm.gpuMemoryUtilization,
    // Caps every answer, whatever the request says, so that the time to drain is known.
    "override-generation-config": JSON.stringify({ max_new_tokens: maximumOutputTokens }),
    // Without it vLLM aborts running requests at the stop signal.
    "shutdown-timeout": drainBudget(maximumOutputTokens).drainSeconds,
  };
  return Object.entries(options)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}

/** The only writable home that vLLM and the compilers below it have; every cache of theirs is under it. */
export const homeDirectory = "/home/vllm";

/** Environment without secrets. */
export const vllmEnvironment = [
  { name: "HOME", value: homeDirectory },
  { name: "XDG_CACHE_HOME", value: `${homeDirectory}/.cache` },
  { name: "HF_HOME", value: `${homeDirectory}/.cache/huggingface` },
  { name: "VLLM_CACHE_ROOT", value: `${homeDirectory}/.cache/vllm` },
  { name: "TRITON_CACHE_DIR", value: `${homeDirectory}/.cache/triton` },
  { name: "TORCHINDUCTOR_CACHE_DIR", value: `${homeDirectory}/.cache/torchinductor` },
  { name: "VLLM_NO_USAGE_STATS", value: "1" },
  { name: "DO_NOT_TRACK", value: "1" },
  { name: "HF_HUB_DISABLE_TELEMETRY", value: "1" },
];
