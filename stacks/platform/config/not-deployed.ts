import type { Problem } from "@genai/core";
import { plannedSections } from "./data-schema.ts";
import type { PlatformConfig } from "./schema.ts";

/** What of a valid stack file this version has no component for: a deployment refuses it rather than leave it out without a word. */
export function notDeployed(config: PlatformConfig): Problem[] {
  const message = "is valid, but this version deploys nothing for it yet; remove it to deploy the rest";
  const planned = (Object.keys(plannedSections) as (keyof typeof plannedSections)[])
    .filter((section) => Object.keys(config[section] ?? {}).length > 0)
    .map((section) => ({ path: `genai:${section}`, message }));
  const classes = (["sharedStorageClass"] as const)
    .filter((key) => config.cluster[key] !== undefined)
    .map((key) => ({ path: `genai:cluster.${key}`, message }));
  return [...classes, ...planned];
}
