import { isMap } from "./is-map.ts";
import type { AddonConfigurations, MonitoringAddonConfigurations } from "@genai/addons";

type Configurations = AddonConfigurations & MonitoringAddonConfigurations;

/** What a kind of cluster brings along, and what the platform's defaults follow from. */
export interface ProviderPreset {
  /** What a stack file need not say of an add-on; `enabled: false` where the provider brings it. */
  addons: { readonly [Key in keyof Configurations]?: Partial<Configurations[Key]> };
  /** Why, with the source. */
  source: string;
}

const adopted = { enabled: false } as const;

/** Presets by the value of `genai:cluster.provider`; what a stack file says itself goes before them. */
export const providers = {
  generic: {
    addons: {},
    source: "k8s-device-plugin's README: the plugin, and a RuntimeClass where nvidia is not the default runtime",
  },
  sandbox: {
    addons: {
      metricsServer: { insecureKubeletTls: true },
      prometheus: { insecureKubeletTls: true },
      nodeExporter: { followMounts: false },
    },
    source: "docs/embedded-cluster.md: an empty cluster, whose kubelets sign their own certificates",
  },
  k3s: {
    addons: { nvidiaDevicePlugin: { runtimeClass: "existing" }, metricsServer: adopted },
    source:
      "docs.k3s.io, advanced: K3s finds the NVIDIA runtime and makes the RuntimeClass nvidia itself; packaged components: metrics-server",
  },
  k3d: {
    addons: {
      nvidiaDevicePlugin: { runtimeClass: "existing" },
      metricsServer: adopted,
      nodeExporter: { followMounts: false },
    },
    source: "k3d.io, usage/advanced/cuda: K3s in a container with the NVIDIA runtime, and all that K3s packages",
  },
  eks: {
    addons: { nvidiaDevicePlugin: { runtimeClass: "none" } },
    source:
      "docs.aws.amazon.com/eks, ml-eks-optimized-ami: nvidia is the default runtime, the plugin is the user's; metrics-server: not deployed by default",
  },
  gke: {
    addons: {
      nvidiaDevicePlugin: { enabled: false, runtimeClass: "none" },
      // These would look for the driver in NVIDIA's runtime, which GKE's nodes do not have; and nothing is left to look for GPUs for.
      nodeFeatureDiscovery: adopted,
      gpuFeatureDiscovery: adopted,
      dcgmExporter: adopted,
      metricsServer: adopted,
    },
    source:
      "cloud.google.com/kubernetes-engine, how-to/gpus: GKE installs driver and device plugin; how-to/dcgm-metrics: GKE runs DCGM's exporter itself",
  },
  aks: {
    addons: { nvidiaDevicePlugin: { runtimeClass: "none" }, metricsServer: adopted },
    source:
      "learn.microsoft.com/azure/aks, gpu-cluster: the default runtime is nvidia's, the plugin is the user's; metrics-server is part of every cluster",
  },
} as const satisfies Record<string, ProviderPreset>;

/** Name of a preset. */
export type ProviderName = keyof typeof providers;

/**
 * The values of a stack's configuration with what its provider and its pools say of the add-ons, where the file says nothing. A device
 * plugin that is adopted, as of the GPU operator, comes with its RuntimeClass.
 */
export function withPreset(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const cluster = values["genai:cluster"];
  const name = isMap(cluster) ? (cluster["provider"] ?? "generic") : undefined;
  const given = values["genai:addons"] ?? {};
  if (typeof name !== "string" || !Object.hasOwn(providers, name) || !isMap(given)) return { ...values };
  const preset: Readonly<Record<string, object>> = providers[name as ProviderName].addons;
  const addons = { ...given };
  const fill = (key: string, defaults: object | undefined) => {
    const own = addons[key] ?? {};
    if (defaults && isMap(own)) addons[key] = { ...defaults, ...own };
  };
  for (const [key, defaults] of Object.entries(preset)) fill(key, defaults);
  const enabled = (key: string) => (isMap(addons[key]) ? addons[key]["enabled"] : undefined);
  if (enabled("nvidiaDevicePlugin") === false && enabled("draDriver") !== true)
    fill("nvidiaDevicePlugin", { runtimeClass: "existing" });
  if (isMap(cluster) && splitsGpus(cluster["pools"])) fill("migManager", { enabled: true });
  return { ...values, "genai:addons": addons };
}

/** Whether a pool asks for its GPUs to be split. */
function splitsGpus(pools: unknown): boolean {
  const modes = Array.isArray(pools) ? pools.map((pool) => (isMap(pool) ? pool["sharing"] : undefined)) : [];
  return modes.some((sharing) => isMap(sharing) && ["migSingle", "migMixed"].includes(String(sharing["mode"])));
}
