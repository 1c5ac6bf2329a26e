import {
  cpuSecondsPerToken,
  defaultContextLength,
  defaultMaximumOutputTokens,
  drainBudget,
  ggufFile,
  imagePullSeconds,
  models,
  startupBudgetSeconds,
} from "@genai/catalog";
import { adapterSeconds, slotsOf } from "./adapters.ts";
import { defaultScaling } from "./autoscaler.ts";
import { replicaShape } from "./group.ts";
import type { InferenceServerArgs } from "./inference-server-args.ts";
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
  | "adapters"
> & { pool: Pick<InferenceServerArgs["pool"], "gpu" | "gpusPerNode"> };

function splitOf(args: Sized) {
  // GPUs that share a layer share a node.
  const { gpusPerReplica = 1, pipelineParallel = replicaShape(args, args.pool).pods } = args;
  return { tensorParallel: gpusPerReplica / pipelineParallel, pipelineParallel };
}

/** Tokens of prompt and answer together: given, or the longest that fits the model and its GPUs. */
export function contextLengthOf(args: Sized): number {
  const { model, engine, pool, contextLength, dtype, quantization, keyValueCacheDtype } = args;
  if (contextLength !== undefined) return contextLength;
  if (engine === "llamaCpp") return defaultContext(model);
  if (!pool.gpu) return models[model].contextLength;
  return defaultContextLength(model, pool.gpu, {
    ...splitOf(args),
    dtype,
    quantization,
    keyValueCacheDtype,
    adapterSlots: slotsOf(args),
  });
}

/** The arguments of a server with every default filled in. */
export function withDefaults(name: string, args: InferenceServerArgs) {
  const { weights = {}, gpusPerReplica = 1, minReplicas = 1, engine = "vllm" } = args;
  const onCpu = engine === "llamaCpp";
  const contextLength = contextLengthOf(args);
  const usualAnswer = onCpu ? cpuMaximumOutputTokens : defaultMaximumOutputTokens;
  const maximumOutputTokens = args.maximumOutputTokens ?? Math.min(usualAnswer, contextLength);
  const plan = serverWeightsPlan(args);
  const shape = replicaShape(args, args.pool);
  const adapters = adapterSeconds(args);
  // Less is refused.
  const startupBudget = onCpu
    ? llamaCppStartupSeconds(args, plan.bandwidth)
    : startupBudgetSeconds(args.model, plan.bandwidth) +
      adapters.read +
      // A leader waits for workers whose nodes may have to pull the image first.
      (shape.pods > 1 ? imagePullSeconds : 0);
  const drain = drainBudget(maximumOutputTokens, onCpu ? cpuSecondsPerToken : undefined);
  return {
    ...args,
    name,
    engine,
    prefixCaching: args.prefixCaching ?? true,
    path: args.path ?? `genai:models.${name}`,
    gpusPerReplica,
    shape,
    ...splitOf(args),
    adapterSlots: slotsOf(args),
    adapterDownloadSeconds: adapters.download,
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
