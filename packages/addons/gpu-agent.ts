import type { ObjectOf } from "@genai/core";
import { gpuAgentPlacement, recommendedLabels } from "@genai/core";
import type { AddonContext } from "./context.ts";

/**
 * What keeps a GPU busy for the whole node. NVIDIA's MIG manager sends it away by a node label before it splits the GPUs, and waits
 * until no Pod with this label `app` is left in the add-ons' namespace (NVIDIA/mig-parted v0.13.1, pkg/mig/reconfigure).
 */
export const gpuAgents = {
  devicePlugin: { pauseLabel: "nvidia.com/gpu.deploy.device-plugin", app: "nvidia-device-plugin-daemonset" },
  featureDiscovery: { pauseLabel: "nvidia.com/gpu.deploy.gpu-feature-discovery", app: "gpu-feature-discovery" },
  exporter: { pauseLabel: "nvidia.com/gpu.deploy.dcgm-exporter", app: "nvidia-dcgm-exporter" },
} as const;

/** The name of the RuntimeClass that GPU Pods must name, if any. */
export function gpuRuntimeClassName({ runtimeClass }: Pick<AddonContext, "runtimeClass">): string | undefined {
  return runtimeClass === "none" ? undefined : "nvidia";
}

/** The RuntimeClass `nvidia`, where the platform is to make it. @param name Who makes it. */
export function gpuRuntimeClass(
  name: string,
  { runtimeClass }: Pick<AddonContext, "runtimeClass">,
): ObjectOf<"RuntimeClass"> | undefined {
  if (runtimeClass !== "create") return undefined;
  const labels = recommendedLabels({ application: name, instance: name, component: "device-plugin" });
  return {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name: "nvidia", labels },
    handler: "nvidia",
  };
}

/** Where an agent of the GPU nodes runs, and with which runtime. @param pauseLabel One of `gpuAgents`, if it is one of them. */
export function gpuAgentPod(context: AddonContext, pauseLabel?: string) {
  const runtimeClassName = gpuRuntimeClassName(context);
  return {
    ...(runtimeClassName && { runtimeClassName }),
    ...gpuAgentPlacement(context.gpuPools, pauseLabel),
  };
}

/** The environment that makes NVIDIA's runtime give a container every GPU of its node. */
export const allGpusEnvironment = [
  { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
  { name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,utility" },
];

/** The name of the node that a Pod is on. */
export const nodeNameEnvironment = { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } };

/**
 * Root without a capability, for what the kubelet's directories or NVIDIA's libraries keep for root.
 * @param capabilities What it must have after all. The API server refuses allowPrivilegeEscalation: false beside SYS_ADMIN.
 */
export function rootSecurityContext(...capabilities: string[]) {
  return {
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsUser: 0,
    ...(capabilities.includes("SYS_ADMIN") ? {} : { allowPrivilegeEscalation: false }),
    capabilities: { drop: ["ALL"], ...(capabilities.length > 0 && { add: capabilities }) },
  };
}
