import {
  drainBudget,
  dtypeFor,
  engines,
  type Dtype,
  type GpuName,
  type ModelName,
  type QuantizationName,
} from "@genai/catalog";
import { weightsLocation } from "./weights-volume.ts";
import type { WeightsPlan } from "./weights-source.ts";

/** What decides vLLM's settings. */
export interface VllmSettings {
  /** Name that clients put into `model`, beside the repository's own. */
  name: string;
  model: ModelName;
  gpu: GpuName;
  /** GPUs that share each layer. */
  tensorParallel: number;
  /** Groups of GPUs that hold successive layers. */
  pipelineParallel: number;
  /** Tokens of prompt and answer together. */
  contextLength: number;
  /** Longest answer in tokens. */
  maximumOutputTokens: number;
  /** @default the model's own, see `dtypeFor` */
  dtype?: Dtype;
  /** @default the one that the weights are published with, which vLLM reads from them */
  quantization?: QuantizationName;
  /** @default 16 bits */
  keyValueCacheDtype?: "fp8";
  plan: WeightsPlan;
}

/** Where the settings are mounted. */
export const vllmConfigDirectory = "/etc/genai/model";
/** The file vLLM reads them from. */
export const vllmConfigFile = "vllm.yaml";

/** vLLM's configuration file (docs.vllm.ai, configuration/serve_args): its long options without dashes, as of the pinned version. */
export function vllmConfig(settings: VllmSettings): string {
  const { name, model, gpu, plan, pipelineParallel, maximumOutputTokens, quantization, keyValueCacheDtype } = settings;
  const { options } = engines.vllm;
  const values: Record<string, string | number | string[]> = {
    [options.model]: weightsLocation(plan),
    ...(!plan.local && plan.revision && { [options.revision]: plan.revision }),
    [options.servedModelName]: [name, model],
    [options.port]: engines.vllm.port,
    [options.dtype]: dtypeFor(model, gpu, settings.dtype),
    ...(quantization && { [options.quantization]: quantization }),
    ...(keyValueCacheDtype && { [options.keyValueCacheDtype]: keyValueCacheDtype }),
    [options.tensorParallel]: settings.tensorParallel,
    ...(pipelineParallel > 1 && { [options.pipelineParallel]: pipelineParallel }),
    [options.contextLength]: settings.contextLength,
    [options.gpuMemoryUtilization]: engines.vllm.gpuMemoryUtilization,
    [options.maximumSequences]: engines.vllm.maximumSequences,
    // Caps every answer, whatever the request says, so that the time to drain is known.
    [options.generationConfig]: JSON.stringify({ max_new_tokens: maximumOutputTokens }),
    // Without it vLLM aborts running requests at the stop signal.
    [options.shutdownTimeout]: drainBudget(maximumOutputTokens).drainSeconds,
  };
  return Object.entries(values)
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
