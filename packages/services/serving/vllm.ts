import { dtypeFor, engines, gpus, vllmImage } from "@genai/catalog";
import { adapterLocation, adapterPlans } from "./adapters.ts";
import { type EngineProgram, gpuOf, settingsText } from "./engine.ts";
import { masterPort } from "./group.ts";
import type { withDefaults } from "./settings.ts";
import { weightsLocation } from "./weights-volume.ts";

const directory = "/etc/genai/model";
const file = "vllm.yaml";

/** The only writable home that vLLM and the compilers below it have; every cache of theirs is under it. */
const home = "/home/vllm";

const environment = [
  { name: "HOME", value: home },
  { name: "XDG_CACHE_HOME", value: `${home}/.cache` },
  { name: "HF_HOME", value: `${home}/.cache/huggingface` },
  { name: "VLLM_CACHE_ROOT", value: `${home}/.cache/vllm` },
  { name: "TRITON_CACHE_DIR", value: `${home}/.cache/triton` },
  { name: "TORCHINDUCTOR_CACHE_DIR", value: `${home}/.cache/torchinductor` },
  { name: "VLLM_NO_USAGE_STATS", value: "1" },
  { name: "DO_NOT_TRACK", value: "1" },
  { name: "HF_HUB_DISABLE_TELEMETRY", value: "1" },
];

/** vLLM for a server. */
export function vllmProgram(settings: ReturnType<typeof withDefaults>): EngineProgram {
  const { command, user, group } = engines.vllm;
  return {
    application: "vllm",
    image: vllmImage(gpus[gpuOf(settings)]),
    command,
    args: ["--config", `${directory}/${file}`],
    environment,
    apiKeyVariable: "VLLM_API_KEY",
    config: { directory, file, text: vllmConfig(settings) },
    user,
    group,
    home,
    preStopSeconds: settings.drain.preStopSeconds,
  };
}

/** vLLM's configuration file (docs.vllm.ai, configuration/serve_args): its long options without dashes, as of the pinned version. */
function vllmConfig(settings: ReturnType<typeof withDefaults>): string {
  const { name, model, plan, pipelineParallel, maximumOutputTokens, quantization, keyValueCacheDtype } = settings;
  const { options } = engines.vllm;
  const { adapterSlots: slots, shape } = settings;
  return settingsText({
    [options.model]: weightsLocation(plan),
    ...(!plan.local && plan.revision && { [options.revision]: plan.revision }),
    [options.servedModelName]: [name, model],
    [options.port]: engines.vllm.port,
    [options.dtype]: dtypeFor(model, gpuOf(settings), settings.dtype),
    ...(quantization && { [options.quantization]: quantization }),
    ...(keyValueCacheDtype && { [options.keyValueCacheDtype]: keyValueCacheDtype }),
    [options.tensorParallel]: settings.tensorParallel,
    ...(shape.pods > 1 && {
      [options.nodes]: shape.pods,
      [options.masterPort]: masterPort,
      [options.executor]: "mp",
    }),
    ...(pipelineParallel > 1 && { [options.pipelineParallel]: pipelineParallel }),
    [options.contextLength]: settings.contextLength,
    [options.gpuMemoryUtilization]: engines.vllm.gpuMemoryUtilization,
    [options.maximumSequences]: engines.vllm.maximumSequences,
    ...(slots && {
      [options.enableAdapters]: true,
      [options.adapters]: adapterPlans(settings).map((each) => `${each.name}=${adapterLocation(each, home)}`),
      [options.maximumAdapters]: slots.count,
      [options.maximumAdapterRank]: slots.rank,
    }),
    ...(!settings.prefixCaching && { [options.noPrefixCaching]: true }),
    ...(settings.keyValueOffload && {
      // In gibibytes, for all GPUs together.
      [options.keyValueOffloadSize]: settings.keyValueOffload,
      [options.keyValueOffloadBackend]: "native",
    }),
    // Caps every answer, whatever the request says, so that the time to drain is known.
    [options.generationConfig]: JSON.stringify({ max_new_tokens: maximumOutputTokens }),
    // Without it vLLM aborts running requests at the stop signal.
    [options.shutdownTimeout]: settings.drain.drainSeconds,
  });
}
