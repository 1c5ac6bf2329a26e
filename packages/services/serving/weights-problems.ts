import { type ModelName, models } from "@genai/catalog";
import { atLeast } from "@genai/core";
import type { ServerArgs, WeightsArgs } from "./server-args.ts";
import { parseWeightsSource, type WeightsPlan, weightsSourceRule } from "./weights-source.ts";

type Found = [field: string, message: string];

/** First Kubernetes whose image volumes are stable. Source: KEP-4639, on for everybody from 1.36. */
const imageVolumes = "1.36";

/** What is wrong with where a server's weights come from: the key below `weights`, and what to do. */
export function weightsProblems(
  model: ModelName,
  weights: WeightsArgs,
  plan: WeightsPlan,
  cluster: Pick<ServerArgs, "sharedStorageClass" | "kubernetesVersion">,
): Found[] {
  const found: Found[] = [];
  const { source } = plan;
  for (const rate of ["bandwidth", "volumeBandwidth"] as const) {
    const given = weights[rate];
    if (given !== undefined && !(given > 0))
      found.push([rate, `is ${given}, must be bytes per second above 0, such as 100e6`]);
  }
  if (weights.source !== undefined && !parseWeightsSource(weights.source)) {
    found.push(["source", `must be ${weightsSourceRule}`]);
    return found;
  }
  if (weights.revision !== undefined && (source.kind !== "hub" || source.revision !== undefined))
    found.push(["revision", "is said by weights.source already, or means nothing there; remove it"]);
  if (models[model].gated && source.kind === "hub" && !weights.token)
    found.push([
      "token",
      `is missing; ${model} can only be downloaded by an account that accepted its licence (${models[model].licence}). ` +
        `Put such an account's token into a Secret of the tenant's namespace and give its name and key here`,
    ]);
  return [...found, ...sourceProblems(plan, weights.mirror, cluster)];
}

/** What is wrong with a source and how it is used, whatever it is a source of. */
export function sourceProblems(
  { source, revision }: WeightsPlan,
  mirror: boolean | undefined,
  { sharedStorageClass, kubernetesVersion }: Pick<ServerArgs, "sharedStorageClass" | "kubernetesVersion">,
): Found[] {
  const found: Found[] = [];
  if (source.kind === "bucket" && !mirror)
    found.push(["mirror", "must be true for s3://: a server reads a volume, which a loader fills once"]);
  if (source.kind === "image" && kubernetesVersion !== undefined && !atLeast(kubernetesVersion, imageVolumes))
    found.push([
      "source",
      `oci:// needs Kubernetes ${imageVolumes}; genai:cluster.kubernetesVersion is ${kubernetesVersion}: use hf:// with mirror, or pvc://`,
    ]);
  if (mirror) {
    if (source.kind === "claim" || source.kind === "image")
      found.push(["mirror", "means nothing for weights that are on a volume already; remove it"]);
    else if (sharedStorageClass === undefined)
      found.push([
        "mirror",
        "needs a volume that Pods of several nodes read; name its class under genai:cluster.sharedStorageClass",
      ]);
    if (source.kind === "hub" && !/^[0-9a-f]{40}$/.test(revision ?? ""))
      found.push([
        source.revision === undefined ? "revision" : "source",
        `${revision === undefined ? "is missing" : `names the revision ${revision}`}; a mirror keeps one commit: give its 40 hexadecimal digits`,
      ]);
  }
  return found;
}
