import { sharingRefusal } from "@genai/catalog";
import type { Problem } from "@genai/core";
import type { AddonConfigurations } from "./catalog.ts";
import type { AddonContext, GpuPool } from "./context.ts";
import { draVersion } from "./dra-driver.ts";
import { atLeast } from "@genai/core";
import { migPools } from "./mig-manager.ts";

type Cluster = Pick<AddonContext, "gpuPools" | "kubernetesVersion">;

const addonsPath = "genai:addons";

/** What cannot be between add-ons, their cluster and its pools; a message names both sides. Empty if nothing is wrong. */
export function addonProblems(configurations: AddonConfigurations, cluster: Cluster): Problem[] {
  return [
    ...draProblems(configurations, cluster),
    ...migProblems(configurations, cluster),
    ...cluster.gpuPools.flatMap((pool) => poolProblems(pool, configurations)),
  ];
}

function draProblems(
  { draDriver, nvidiaDevicePlugin }: AddonConfigurations,
  { kubernetesVersion }: Cluster,
): Problem[] {
  if (!draDriver.enabled) return [];
  const path = `${addonsPath}.draDriver.enabled`;
  const problems: Problem[] = [];
  if (nvidiaDevicePlugin.enabled) {
    const message = `is true, and ${addonsPath}.nvidiaDevicePlugin.enabled is true too: both would give out the same GPUs; set one of them to false`;
    problems.push({ path, message });
  }
  if (!atLeast(kubernetesVersion, draVersion)) {
    const message =
      `is true, and genai:cluster.kubernetesVersion is ${kubernetesVersion ?? "missing"}: dynamic resource allocation needs ` +
      `Kubernetes ${draVersion} or newer; say which version the cluster has, or use the device plugin`;
    problems.push({ path, message });
  }
  return problems;
}

function migProblems({ migManager }: AddonConfigurations, cluster: Cluster): Problem[] {
  if (!migManager.enabled || migPools(cluster).length > 0) return [];
  const message =
    "is true, but no pool of genai:cluster.pools has the sharing mode migSingle or migMixed: it would have nothing to split; remove it";
  return [{ path: `${addonsPath}.migManager.enabled`, message }];
}

function poolProblems(
  { name, gpu, sharing, path = `pool ${name}` }: GpuPool,
  { nvidiaDevicePlugin }: AddonConfigurations,
) {
  if (!sharing || sharing.mode === "none") return [];
  const problems: Problem[] = [];
  const refusal = sharingRefusal(gpu, sharing);
  if (refusal) problems.push({ path: `${path}.sharing`, message: refusal });
  if (!nvidiaDevicePlugin.enabled) {
    const message =
      `is ${sharing.mode}, which only the platform's own device plugin does, and ${addonsPath}.nvidiaDevicePlugin.enabled is false; ` +
      `set it to true, or remove the pool's sharing`;
    problems.push({ path: `${path}.sharing.mode`, message });
  }
  return problems;
}
