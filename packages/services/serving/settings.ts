import {
  cpuSecondsPerToken,
  defaultContextLength,
  defaultMaximumOutputTokens,
  drainBudget,
  ggufFile,
  models,
  startupBudgetSeconds,
} from "@genai/catalog";
import { defaultScaling } from "./autoscaler.ts";
import type { InferenceServerArgs } from "./inference-server.ts";
import { cpuMaximumOutputTokens, defaultContext, llamaCppStartupSeconds } from "./llama-cpp.ts";
import { weightsPlan, type WeightsPlan } from "./weights-source.ts";

/** Where the weights of a server come from: llama.cpp reads files of a repository of their own. */
export function serverWeightsPlan({
  model,
  engine,
  gguf,
  weights = {},
}: Pick<InferenceServerArgs, "model" | "engine" | "gguf" | "weights">): WeightsPlan {
  return weightsPlan(model, weights, engine === "llamaCpp" ? ggufFile(model, gguf)?.repository : undefined);
}

/** What MLPerf Inference asks of Llama 2 70B in its server scenario (mlcommons/inference_policies: inference_rules). */
export const defaultTimeToFirstTokenSeconds = 2;

/** What the context length of a server follows from. */
type Sized = Pick<
  InferenceServerArgs,
  | "model"
  | "engine"
  | "gpusPerReplica"
  | "pipelineParallel"
  | "contextLength"
  | "dtype"
  | "quantization"
  | "keyValueCacheDtype"
> & { pool: Pick<InferenceServerArgs["pool"], "gpu"> };

function splitOf({ gpusPerReplica = 1, pipelineParallel = 1 }: Sized) {
  return { tensorParallel: gpusPerReplica / pipelineParallel, pipelineParallel };
}

/** Tokens of prompt and answer together: given, or the longest that fits the model and its GPUs. */
export function contextLengthOf(args: Sized): number {
  const { model, engine, pool, contextLength, dtype, quantization, keyValueCacheDtype } = args;
  if (contextLength !== undefined) return contextLength;
  if (engine === "llamaCpp") return defaultContext(model);
  if (!pool.gpu) return models[model].contextLength;
  return defaultContextLength(model, pool.gpu, { ...splitOf(args), dtype, quantization, keyValueCacheDtype });
}

/** The arguments of a server with every default filled in. */
export function withDefaults(name: string, args: InferenceServerArgs) {
  const { weights = {}, gpusPerReplica = 1, minReplicas = 1, engine = "vllm" } = args;
  const onCpu = engine === "llamaCpp";
  const contextLength = contextLengthOf(args);
  const usualAnswer = onCpu ? cpuMaximumOutputTokens : defaultMaximumOutputTokens;
  const maximumOutputTokens = args.maximumOutputTokens ?? Math.min(usualAnswer, contextLength);
  const plan = serverWeightsPlan(args);
  // Less is refused.
  const startupBudget = onCpu
    ? llamaCppStartupSeconds(args, plan.bandwidth)
    : startupBudgetSeconds(args.model, plan.bandwidth);
  const drain = drainBudget(maximumOutputTokens, onCpu ? cpuSecondsPerToken : undefined);
  return {
    ...args,
    name,
    engine,
    prefixCaching: args.prefixCaching ?? true,
    path: args.path ?? `genai:models.${name}`,
    gpusPerReplica,
    ...splitOf(args),
    minReplicas,
    maxReplicas: args.maxReplicas ?? minReplicas,
    scaling: { ...defaultScaling, ...args.scaling },
    contextLength,
    maximumOutputTokens,
    weights,
    plan,
    startupBudget,
    drain,
    startupSeconds: args.startupSeconds ?? startupBudget,
    gracePeriodSeconds: args.gracePeriodSeconds ?? drain.gracePeriodSeconds,
    timeToFirstTokenSeconds: args.timeToFirstTokenSeconds ?? defaultTimeToFirstTokenSeconds,
    apiKeyGeneration: args.apiKeyGeneration ?? 1,
  };
}
