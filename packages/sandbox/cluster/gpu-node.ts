import { type GpuName, gpus, isGpuName, offeredResources, type PoolSharing } from "@genai/catalog";
import { ClusterError, type NodePool } from "./options.ts";

/** The driver branch that the simulated nodes claim: R580, which supports CUDA 13.0. */
const driver = { major: "580", minor: "95", revision: "05" };

/** What the agents of a GPU node would make of it. */
export interface GpuNode {
  labels: Record<string, string>;
  /** Extended resources. */
  resources: Record<string, string>;
}

/**
 * A GPU node as the device plugin, GPU feature discovery (github.com/NVIDIA/k8s-device-plugin, docs/gpu-feature-discovery) and the MIG
 * manager would leave it, and with the one label of node feature discovery that NVIDIA's DaemonSets select on (10de is NVIDIA's PCI
 * vendor number).
 *
 * @throws {ClusterError} If the catalogue does not know the GPU.
 */
export function gpuNode(pool: NodePool, gpu: string, count: number): GpuNode {
  if (!isGpuName(gpu)) {
    const known = Object.keys(gpus).join(", ");
    throw new ClusterError(
      `Node pool "${pool.name}": there is no GPU "${gpu}" in the catalogue. Use one of: ${known}.`,
    );
  }
  const { computeCapability, family, migProfiles } = gpus[gpu];
  const [major = "", minor = ""] = computeCapability.split(".");
  const sharing = pool.sharing ?? { mode: "none" };
  const offered = Object.entries(offeredResources(gpu, count, sharing));
  return {
    labels: {
      "feature.node.kubernetes.io/pci-10de.present": "true",
      "nvidia.com/gpu.present": "true",
      "nvidia.com/gpu.family": family,
      "nvidia.com/gpu.compute.major": major,
      "nvidia.com/gpu.compute.minor": minor,
      "nvidia.com/gpu.machine": "sandbox",
      "nvidia.com/mig.capable": String(migProfiles.length > 0),
      "nvidia.com/cuda.driver.major": driver.major,
      "nvidia.com/cuda.driver.minor": driver.minor,
      "nvidia.com/cuda.driver.rev": driver.revision,
      "nvidia.com/cuda.runtime.major": "13",
      "nvidia.com/cuda.runtime.minor": "0",
      ...deviceLabels(gpu, count, sharing),
      ...migLabels(pool.name, sharing),
    },
    resources: Object.fromEntries(offered.map(([resource, number]) => [resource, String(number)])),
  };
}

/** What the GPUs are, and how they are shared. */
function deviceLabels(gpu: GpuName, count: number, sharing: PoolSharing): Record<string, string> {
  const { product, memoryMiB, migProfiles } = gpus[gpu];
  const shared = sharing.mode === "timeSlicing" || sharing.mode === "mps";
  const profile = sharing.mode === "migSingle" && migProfiles.find(({ name }) => name === sharing.profile);
  const suffix = profile ? `-MIG-${profile.name}` : shared && !sharing.renameByDefault ? "-SHARED" : "";
  return {
    "nvidia.com/gpu.product": `${product}${suffix}`,
    "nvidia.com/gpu.memory": String(profile ? profile.memoryMiB : memoryMiB),
    "nvidia.com/gpu.count": String(count * (profile ? profile.instances : 1)),
    "nvidia.com/gpu.replicas": String(shared ? sharing.replicas : 1),
    "nvidia.com/gpu.sharing-strategy": shared ? strategies[sharing.mode] : "none",
    ...(sharing.mode === "mps" && { "nvidia.com/mps.capable": "true" }),
  };
}

const strategies = { timeSlicing: "time-slicing", mps: "mps" };

/** What the MIG manager was asked for, by a label that a person sets, and says that it did. */
function migLabels(pool: string, { mode }: PoolSharing): Record<string, string> {
  if (mode !== "migSingle" && mode !== "migMixed") return {};
  return {
    "nvidia.com/mig.strategy": mode === "migSingle" ? "single" : "mixed",
    "nvidia.com/mig.config": pool,
    "nvidia.com/mig.config.state": "success",
  };
}
