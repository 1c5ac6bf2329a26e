import { isMap } from "./is-map.ts";

/** What a kind of cluster brings along, and what the platform's defaults follow from. */
export interface ProviderPreset {
  /** Whether the platform installs the NVIDIA device plugin; false where the provider already runs one on its GPU nodes. */
  devicePlugin: boolean;
  /** What becomes of the RuntimeClass `nvidia`. */
  runtimeClass: "create" | "existing" | "none";
  /** Why, with the source. */
  source: string;
}

/** Presets by the value of `genai:cluster.provider`; what a stack file says itself goes before them. */
export const providers = {
  generic: {
    devicePlugin: true,
    runtimeClass: "create",
    source: "k8s-device-plugin's README: the plugin, and a RuntimeClass where nvidia is not the default runtime",
  },
  sandbox: { devicePlugin: true, runtimeClass: "create", source: "docs/embedded-cluster.md: an empty cluster" },
  k3s: {
    devicePlugin: true,
    runtimeClass: "existing",
    source: "docs.k3s.io, advanced: K3s finds the NVIDIA runtime and makes the RuntimeClass nvidia itself",
  },
  k3d: {
    devicePlugin: true,
    runtimeClass: "existing",
    source: "k3d.io, usage/advanced/cuda: K3s in a container with the NVIDIA runtime",
  },
  eks: {
    devicePlugin: true,
    runtimeClass: "none",
    source: "docs.aws.amazon.com/eks, ml-eks-optimized-ami: nvidia is the default runtime, the plugin is the user's",
  },
  gke: {
    devicePlugin: false,
    runtimeClass: "none",
    source: "cloud.google.com/kubernetes-engine, how-to/gpus: GKE installs driver and device plugin",
  },
  aks: {
    devicePlugin: true,
    runtimeClass: "none",
    source: "learn.microsoft.com/azure/aks, gpu-cluster: the default runtime is nvidia's, the plugin is the user's",
  },
} as const satisfies Record<string, ProviderPreset>;

/** Name of a preset. */
export type ProviderName = keyof typeof providers;

/** The values of a stack's configuration with what its provider's preset says of the add-ons, where the file says nothing. */
export function withPreset(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const cluster = values["genai:cluster"];
  const name = isMap(cluster) ? cluster["provider"] : undefined;
  const addons = values["genai:addons"] ?? {};
  if (typeof name !== "string" || !Object.hasOwn(providers, name) || !isMap(addons)) return { ...values };
  const { devicePlugin, runtimeClass } = providers[name as ProviderName];
  const plugin = addons["nvidiaDevicePlugin"] ?? {};
  if (!isMap(plugin)) return { ...values };
  return {
    ...values,
    "genai:addons": { ...addons, nvidiaDevicePlugin: { enabled: devicePlugin, runtimeClass, ...plugin } },
  };
}
