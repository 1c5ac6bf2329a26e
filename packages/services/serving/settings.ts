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

/** The arguments of a server with every default filled in. */
export function withDefaults(name: string, args: InferenceServerArgs) {
  const { weights = {}, gpusPerReplica = 1, minReplicas = 1, engine = "vllm" } = args;
  const shape = replicaShape(args, args.pool);
  // GPUs that share a layer share a node.
  const { pipelineParallel = shape.pods } = args;
  const split = { tensorParallel: gpusPerReplica / pipelineParallel, pipelineParallel };
  const { dtype, quantization, keyValueCacheDtype } = args;
  const slots = slotsOf(args);
  const format = { dtype, quantization, keyValueCacheDtype, adapterSlots: slots };
  const onCpu = engine === "llamaCpp";
  const longest = onCpu ? defaultContext(args.model) : models[args.model].contextLength;
  const contextLength =
    args.contextLength ??
    (args.pool.gpu && !onCpu ? defaultContextLength(args.model, args.pool.gpu, { ...split, ...format }) : longest);
  const usualAnswer = onCpu ? cpuMaximumOutputTokens : defaultMaximumOutputTokens;
  const maximumOutputTokens = args.maximumOutputTokens ?? Math.min(usualAnswer, contextLength);
  const plan = serverWeightsPlan(args);
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
    ...split,
    adapterSlots: slots,
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
