import { describeConfiguration, downloadBytes, fitsGpu, models } from "@genai/catalog";
import type { Problem } from "@genai/core";
import { adapterProblems } from "./adapter-problems.ts";
import { llamaCppProblems } from "./engine-problems.ts";
import { groupProblems } from "./group-problems.ts";
import { inferencePoolProblems } from "./inference-pool-problems.ts";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import { serverNameProblem } from "./server-name.ts";
import { withDefaults } from "./settings.ts";
import { weightsProblems } from "./weights-problems.ts";

/** Everything that is wrong with the arguments of a server; empty if nothing is. */
export function inferenceServerProblems(name: string, args: InferenceServerArgs): Problem[] {
  const settings = withDefaults(name, args);
  const { path, model, pool, gpusPerReplica, minReplicas, maxReplicas, contextLength, maximumOutputTokens } = settings;
  const problems: Problem[] = [];
  const add = (field: string, message: string) => problems.push({ path: field ? `${path}.${field}` : path, message });

  const badName = serverNameProblem(name, "chat");
  if (badName) add("", badName);
  if (minReplicas < 1)
    add("minReplicas", `is ${minReplicas}, must be at least 1: nothing would wake a server from zero`);
  if (maxReplicas < minReplicas) {
    add("maxReplicas", `is ${maxReplicas}, below minReplicas ${minReplicas}; raise it, or lower minReplicas`);
  }
  if (settings.engine === "llamaCpp") {
    for (const [field, message] of llamaCppProblems(settings)) add(field, message);
  } else if (!pool.gpu || pool.gpusPerNode === undefined) {
    add("pool", `"${pool.name}" has no GPUs, and ${settings.engine} needs some; use a GPU pool, or engine llamaCpp`);
    return problems;
  } else {
    const overNodes = groupProblems(settings);
    for (const [field, message] of overNodes) add(field, message);
    const { pods } = settings.shape;
    const most = pods > 1 ? Math.floor(pool.nodes / pods) : pool.nodes * Math.floor(pool.gpusPerNode / gpusPerReplica);
    if (maxReplicas > most && overNodes.length === 0) {
      add(
        "maxReplicas",
        `is ${maxReplicas}, but pool "${pool.name}" has room for ${most} replicas of ${gpusPerReplica} GPUs; use at most ${most}`,
      );
    }
  }
  if (maximumOutputTokens < 1 || maximumOutputTokens > contextLength) {
    add("maximumOutputTokens", `is ${maximumOutputTokens}, must be between 1 and contextLength ${contextLength}`);
  }
  for (const [field, message] of weightsProblems(model, settings.weights, settings.plan, args))
    add(`weights.${field}`, message);
  for (const [field, message] of adapterProblems(settings)) add(field, message);
  for (const [field, message] of inferencePoolProblems(settings)) add(field, message);
  for (const [field, message] of budgetProblems(settings)) add(field, message);
  if (settings.engine === "llamaCpp" || !pool.gpu) return problems;
  if (!Number.isInteger(settings.tensorParallel)) {
    add(
      "pipelineParallel",
      `is ${settings.pipelineParallel}, which does not divide gpusPerReplica ${gpusPerReplica}; use a number that does`,
    );
    return problems;
  }
  const fit = fitsGpu(model, pool.gpu, settings);
  if (!fit.fits) {
    const ways = fit.alternatives.map(describeConfiguration).join(", or ");
    add(
      fit.about ? fitFields[fit.about] : "model",
      ways ? `${fit.reason}. What fits: ${ways}` : `${fit.reason}. Nothing in the catalogue fits; use a smaller model`,
    );
  }
  return problems;
}

/** The keys by what the fit calls them. */
const fitFields = {
  tensorParallel: "gpusPerReplica",
  pipelineParallel: "pipelineParallel",
  contextLength: "contextLength",
  quantization: "quantization",
  keyValueCacheDtype: "keyValueCacheDtype",
  dtype: "dtype",
  adapterSlots: "adapters",
} as const;

/** Hand-set times below those that follow from the weights and the longest answer. */
function budgetProblems(settings: ReturnType<typeof withDefaults>): [field: string, message: string][] {
  const { model, maximumOutputTokens, startupSeconds, gracePeriodSeconds } = settings;
  const { startupBudget: startup } = settings;
  const grace = settings.drain.gracePeriodSeconds;
  const gigabytes = (downloadBytes(models[model]) / 1e9).toFixed(1);
  return [
    ...(startupSeconds < startup && Number.isFinite(startup)
      ? ([
          [
            "startupSeconds",
            `is ${startupSeconds}, below the ${startup} that loading ${gigabytes} GB of weights and the engine's start may take: ` +
              `the probe would kill it before it serves; raise it to ${startup}, or leave it out`,
          ],
        ] satisfies [string, string][])
      : []),
    ...(gracePeriodSeconds < grace
      ? ([
          [
            "gracePeriodSeconds",
            `is ${gracePeriodSeconds}, below the ${grace} that an answer of ${maximumOutputTokens} tokens may take to finish: ` +
              `it would be cut off; raise it to ${grace}, lower maximumOutputTokens, or leave it out`,
          ],
        ] satisfies [string, string][])
      : []),
  ];
}
