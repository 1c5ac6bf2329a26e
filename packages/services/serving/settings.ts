import { defaultMaximumOutputTokens, models } from "@genai/catalog";
import type { InferenceServerArgs } from "./inference-server.ts";

/** The arguments of a server with every default filled in. */
export function withDefaults(name: string, args: InferenceServerArgs) {
  const contextLength = args.contextLength ?? models[args.model].contextLength;
  const minReplicas = args.minReplicas ?? 1;
  return {
    ...args,
    path: args.path ?? `genai:models.${name}`,
    gpusPerReplica: args.gpusPerReplica ?? 1,
    minReplicas,
    maxReplicas: args.maxReplicas ?? minReplicas,
    contextLength,
    maximumOutputTokens: args.maximumOutputTokens ?? Math.min(defaultMaximumOutputTokens, contextLength),
    apiKeyGeneration: args.apiKeyGeneration ?? 1,
  };
}
