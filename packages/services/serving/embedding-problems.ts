import {
  embedderDownloadBytes,
  embedderRefusal,
  embedderWarmUpSeconds,
  defaultWeightsBandwidth,
  encoderModels,
  startupMargin,
} from "@genai/catalog";
import type { Problem } from "@genai/core";
import type { EmbeddingServerArgs } from "./embedding-server.ts";
import { serverNameProblem } from "./server-name.ts";

/** Everything that is wrong with the arguments of an embedding server; empty if nothing is. */
export function embeddingServerProblems(name: string, args: EmbeddingServerArgs): Problem[] {
  const { path = `genai:embeddings.${name}`, model, pool, replicas = 1, maximumBatchTokens } = args;
  const problems: Problem[] = [];
  const add = (field: string, message: string) => problems.push({ path: field ? `${path}.${field}` : path, message });
  const badName = serverNameProblem(name, "documents");
  if (badName) add("", badName);
  if (replicas < 1) add("replicas", `is ${replicas}, must be at least 1`);
  const longest = encoderModels[model].maximumTokens;
  if (maximumBatchTokens !== undefined && maximumBatchTokens < longest) {
    add(
      "maximumBatchTokens",
      `is ${maximumBatchTokens}, below the ${longest} tokens of ${model}'s longest text: longer ones would be cut without a word; raise it`,
    );
  }
  if (pool.gpu) {
    const refusal = embedderRefusal(model, pool.gpu, maximumBatchTokens);
    if (refusal) add("model", refusal);
    const most = pool.nodes * (pool.gpusPerNode ?? 0);
    if (replicas > most)
      add("replicas", `is ${replicas}, but pool "${pool.name}" has ${most} GPUs; use at most ${most}`);
  }
  return problems;
}

/** Seconds that a server may take from the start of its container to its first answer. */
export function embedderStartupSeconds({
  model,
  weights = {},
}: Pick<EmbeddingServerArgs, "model" | "weights">): number {
  const download = embedderDownloadBytes(model) / (weights.bandwidth ?? defaultWeightsBandwidth);
  return Math.ceil((download + embedderWarmUpSeconds) * startupMargin);
}
