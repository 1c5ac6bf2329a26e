import {
  downloadBytes,
  engines,
  ggufFile,
  llamaCppMemoryMiB,
  llamaCppParallel,
  llamaCppWarmUpSeconds,
  models,
  startupMargin,
} from "@genai/catalog";
import { unprivilegedUser, variablesOf } from "@genai/core";
import type { EngineProgram } from "./engine.ts";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import type { withDefaults } from "./settings.ts";
import { weightsDirectory } from "./weights-volume.ts";

const home = "/home/llama";

/** CPUs that a replica requests, and threads that it works with: memory's speed, not their number, is the limit from four on (estimate). */
const cpus = 4;

/** Longest answer of a server on CPUs where nothing is said, in tokens: the time to drain follows from it, and tokens take longer. */
export const cpuMaximumOutputTokens = 1024;

/** Tokens of context where nothing is said: each request at once has a cache of as many in memory. */
const cpuContextLength = 8192;

/** Size of the file of a server in bytes. */
export function llamaCppBytes({ model, gguf }: Pick<InferenceServerArgs, "model" | "gguf">): number {
  return ggufFile(model, gguf)?.bytes ?? downloadBytes(models[model]);
}

/** Seconds until llama.cpp answers, with the usual margin. @param bandwidth Bytes per second at which its file arrives. */
export function llamaCppStartupSeconds(server: Pick<InferenceServerArgs, "model" | "gguf">, bandwidth: number): number {
  return Math.ceil((llamaCppBytes(server) / bandwidth + llamaCppWarmUpSeconds) * startupMargin);
}

/** What one replica requests. */
export function llamaCppResources(
  server: Pick<InferenceServerArgs, "model" | "gguf" | "contextLength">,
  local: boolean,
) {
  const bytes = llamaCppBytes(server);
  const memory = llamaCppMemoryMiB(server.model, bytes, server.contextLength ?? defaultContext(server.model));
  const bounded = { memory: `${memory}Mi`, "ephemeral-storage": `${local ? 2 : Math.ceil(bytes / 2 ** 30) + 3}Gi` };
  return { requests: { cpu: String(cpus), ...bounded }, limits: bounded };
}

/** Context of a server on CPUs that says none. */
export function defaultContext(model: InferenceServerArgs["model"]): number {
  return Math.min(cpuContextLength, models[model].contextLength);
}

/** llama.cpp for a server: all settings are variables. It drops what it began at the stop signal, which therefore waits until the longest answer has ended. */
export function llamaCppProgram(settings: ReturnType<typeof withDefaults>): EngineProgram {
  const { name, model, gguf, plan, contextLength, maximumOutputTokens, prefixCaching } = settings;
  const { options, port } = engines.llamaCpp;
  const file = ggufFile(model, gguf)?.file ?? "";
  const repository = plan.source.kind === "hub" ? plan.source.repository : "";
  const variables = {
    ...(plan.local
      ? { [options.model]: `${weightsDirectory}/${file}` }
      : { [options.repository]: repository, [options.file]: file }),
    [options.servedModelName]: name,
    [options.host]: "0.0.0.0",
    [options.port]: String(port),
    // Shared between the requests at once.
    [options.contextLength]: String(contextLength * llamaCppParallel),
    [options.parallel]: String(llamaCppParallel),
    [options.maximumOutputTokens]: String(maximumOutputTokens),
    [options.threads]: String(cpus),
    [options.prefixCaching]: prefixCaching ? "1" : "0",
    [options.metrics]: "1",
    HOME: home,
    XDG_CACHE_HOME: `${home}/.cache`,
  };
  return {
    application: "llama-cpp",
    image: engines.llamaCpp.image,
    command: engines.llamaCpp.command,
    args: [],
    environment: variablesOf(variables),
    apiKeyVariable: options.apiKey,
    user: unprivilegedUser,
    group: unprivilegedUser,
    home,
    preStopSeconds: settings.drain.preStopSeconds + settings.drain.drainSeconds,
  };
}
