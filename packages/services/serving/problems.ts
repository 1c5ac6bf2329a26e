import { describeConfiguration, fitsGpu, models } from "@genai/catalog";
import { isDnsLabel, Problems, type Problem } from "@genai/core";
import type { InferenceServerArgs } from "./inference-server.ts";
import { withDefaults } from "./settings.ts";

/** Longest name of a server: its objects add a suffix of up to 16 characters to it. */
export const longestServerName = 47;

/** Everything that is wrong with the arguments of a server; empty if nothing is. */
export function inferenceServerProblems(name: string, args: InferenceServerArgs): Problem[] {
  const { path, model, pool, gpusPerReplica, minReplicas, maxReplicas, contextLength, maximumOutputTokens } =
    withDefaults(name, args);
  const problems: Problem[] = [];
  const add = (field: string, message: string) => problems.push({ path: field ? `${path}.${field}` : path, message });

  if (!isDnsLabel(name) || name.length > longestServerName) {
    add(
      "",
      `"${name}" cannot name a Service; use at most ${longestServerName} lower-case letters, digits and "-", such as "chat"`,
    );
  }
  if (minReplicas < 1)
    add("minReplicas", `is ${minReplicas}, must be at least 1: nothing would wake a server from zero`);
  if (maxReplicas < minReplicas) {
    add("maxReplicas", `is ${maxReplicas}, below minReplicas ${minReplicas}; raise it, or lower minReplicas`);
  }
  if (gpusPerReplica > pool.gpusPerNode) {
    add(
      "gpusPerReplica",
      `is ${gpusPerReplica}, but a node of pool "${pool.name}" has ${pool.gpusPerNode} GPUs, and a replica runs on one node; ` +
        `use at most ${pool.gpusPerNode}`,
    );
  } else {
    const most = pool.nodes * Math.floor(pool.gpusPerNode / gpusPerReplica);
    if (maxReplicas > most) {
      add(
        "maxReplicas",
        `is ${maxReplicas}, but pool "${pool.name}" has room for ${most} replicas of ${gpusPerReplica} GPUs; use at most ${most}`,
      );
    }
  }
  if (maximumOutputTokens < 1 || maximumOutputTokens > contextLength) {
    add("maximumOutputTokens", `is ${maximumOutputTokens}, must be between 1 and contextLength ${contextLength}`);
  }
  if (args.weightsBandwidth !== undefined && !(args.weightsBandwidth > 0)) {
    add("weightsBandwidth", `is ${args.weightsBandwidth}, must be bytes per second above 0, such as 100e6`);
  }
  if (models[model].gated && !args.huggingFaceToken) {
    add(
      "huggingFaceToken",
      `is missing; ${model} can only be downloaded by an account that accepted its licence (${models[model].licence}). ` +
        `Put such an account's token into a Secret of the tenant's namespace and give its name and key here`,
    );
  }
  const fit = fitsGpu(model, pool.gpu, { tensorParallel: gpusPerReplica, dtype: args.dtype, contextLength });
  if (!fit.fits) {
    const ways = fit.alternatives.map(describeConfiguration).join(", or ");
    add(
      "model",
      ways ? `${fit.reason}. What fits: ${ways}` : `${fit.reason}. Nothing in the catalogue fits; use a smaller model`,
    );
  }
  return problems;
}

/** @throws {pulumi.InputPropertiesError} With all of `problems`, if there are any. */
export function throwProblems(problems: readonly Problem[]): void {
  const collected = new Problems();
  for (const { path, message } of problems) collected.add(path, message);
  collected.throwIfAny();
}
