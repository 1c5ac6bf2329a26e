import { dtypeFor, engines, gpuOverheadMiB, gpus } from "@genai/catalog";
import { unprivilegedUser, variablesOf } from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import { type EngineProgram, gpuOf, settingsText } from "./engine.ts";
import type { withDefaults } from "./settings.ts";
import { weightsLocation } from "./weights-volume.ts";

const directory = "/etc/genai/sglang";
const file = "sglang.yaml";
const home = "/home/sglang";

/**
 * SGLang for a server. It takes its API key from arguments or its configuration file alone, hence the file lies in the Secret. At the
 * stop signal it finishes what it began (`sigterm_watchdog` in its tokenizer manager).
 */
export function sglangProgram(settings: ReturnType<typeof withDefaults>): EngineProgram {
  const text = sglangConfig(settings);
  const key = engines.sglang.options.apiKey;
  return {
    application: "sglang",
    image: engines.sglang.image,
    command: engines.sglang.command,
    args: ["--config", `${directory}/${file}`],
    environment: variablesOf({
      HOME: home,
      // Compilers ask for the user's name, which a number without an account has not.
      USER: "sglang",
      XDG_CACHE_HOME: `${home}/.cache`,
      HF_HOME: `${home}/.cache/huggingface`,
      TRITON_CACHE_DIR: `${home}/.cache/triton`,
      TORCHINDUCTOR_CACHE_DIR: `${home}/.cache/torchinductor`,
      HF_HUB_DISABLE_TELEMETRY: "1",
    }),
    secretConfig: {
      directory,
      file,
      text,
      withKey: (apiKey) =>
        typeof apiKey === "string"
          ? text + settingsText({ [key]: apiKey })
          : pulumi.output(apiKey).apply((plain) => text + settingsText({ [key]: plain })),
    },
    user: unprivilegedUser,
    group: unprivilegedUser,
    home,
    preStopSeconds: settings.drain.preStopSeconds,
  };
}

/** SGLang's configuration file: its long options without dashes, as of the pinned version. */
function sglangConfig(settings: ReturnType<typeof withDefaults>): string {
  const { name, model, plan, tensorParallel, pipelineParallel, quantization, keyValueCacheDtype, keyValueOffload } =
    settings;
  const { options, port } = engines.sglang;
  const gpu = gpuOf(settings);
  const { gpuMemoryUtilization, maximumSequences } = engines.vllm;
  // The static share is of weights and cache only: what the fit counts as overhead stays outside of it.
  const share = gpuMemoryUtilization - gpuOverheadMiB / gpus[gpu].memoryMiB;
  return settingsText({
    [options.model]: weightsLocation(plan),
    ...(!plan.local && plan.revision && { [options.revision]: plan.revision }),
    [options.servedModelName]: name,
    [options.host]: "0.0.0.0",
    [options.port]: port,
    [options.dtype]: dtypeFor(model, gpu, settings.dtype),
    ...(quantization && { [options.quantization]: quantization }),
    ...(keyValueCacheDtype && { [options.keyValueCacheDtype]: "fp8_e4m3" }),
    [options.tensorParallel]: tensorParallel,
    ...(pipelineParallel > 1 && { [options.pipelineParallel]: pipelineParallel }),
    [options.contextLength]: settings.contextLength,
    [options.gpuMemoryUtilization]: Math.floor(share * 100) / 100,
    [options.maximumSequences]: maximumSequences,
    [options.metrics]: true,
    ...(!settings.prefixCaching && { [options.noPrefixCaching]: true }),
    ...(keyValueOffload && {
      [options.keyValueOffload]: true,
      // In gigabytes, for each GPU.
      [options.keyValueOffloadSize]: Math.floor((keyValueOffload * 2 ** 30) / 1e9 / settings.gpusPerReplica),
    }),
  });
}
