import { images } from "@genai/catalog";
import { apiServerEgress, apiTokenMount, apiTokenVolume, ObjectsComponent, type ObjectOf } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  daemonSetOf,
  configMapOf,
  networkPolicyOf,
  roleBindingOf,
  roleOf,
  serviceAccountOf,
  workloadOf,
} from "./addon-objects.ts";
import { configManagerAccess, configManagerPod } from "./config-manager.ts";
import type { AddonConfiguration, AddonContext } from "./context.ts";
import { meetsMig, pluginConfigs } from "./device-plugin-config.ts";
import { allGpusEnvironment, gpuAgentPod, gpuAgents, nodeNameEnvironment, rootSecurityContext } from "./gpu-agent.ts";
import type { NvidiaDevicePluginConfiguration } from "./nvidia-device-plugin.ts";

/** `genai:addons.gpuFeatureDiscovery`. */
export interface GpuFeatureDiscoveryConfiguration extends AddonConfiguration {
  /** Seconds between two looks at the GPUs. @default 60 */
  intervalSeconds: number;
}

/** What it needs beside its own configuration: how GPUs are shared, which its labels must say as the device plugin does. */
export interface GpuFeatureDiscoveryArgs extends AddonContext, GpuFeatureDiscoveryConfiguration {
  devicePlugin: NvidiaDevicePluginConfiguration;
}

/** GPU feature discovery's objects; the role for nodes is only there where pools share in different ways. */
export type GpuFeatureDiscoveryObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  config: ObjectOf<"ConfigMap">;
  role: ObjectOf<"Role">;
  roleBinding: ObjectOf<"RoleBinding">;
  clusterRole: ObjectOf<"ClusterRole"> | undefined;
  clusterRoleBinding: ObjectOf<"ClusterRoleBinding"> | undefined;
  networkPolicy: ObjectOf<"NetworkPolicy">;
  daemonSet: ObjectOf<"DaemonSet">;
};

const application = "gpu-feature-discovery";

/** GPU feature discovery's objects as plain data. */
export function gpuFeatureDiscoveryObjects(name: string, args: GpuFeatureDiscoveryArgs): GpuFeatureDiscoveryObjects {
  const workload = workloadOf({ application, component: "discovery" }, name, args);
  const plugin = { ...args, ...args.devicePlugin };
  const configs = pluginConfigs(plugin);
  const config = configMapOf(workload, configs.files);
  const manager = configManagerPod({
    configs,
    configMap: config.metadata.name,
    nodeLabel: args.devicePlugin.nodeLabel,
    program: application,
  });
  return {
    serviceAccount: serviceAccountOf(workload),
    config,
    // It tells node feature discovery's master what to label through an object for each node.
    role: roleOf(workload, [
      {
        apiGroups: ["nfd.k8s-sigs.io"],
        resources: ["nodefeatures"],
        verbs: ["get", "list", "watch", "create", "update"],
      },
    ]),
    roleBinding: roleBindingOf(workload),
    ...configManagerAccess(workload, configs),
    // The API server is open to it in any case.
    networkPolicy: networkPolicyOf(workload, { egress: [apiServerEgress] }),
    daemonSet: daemonSetOf(
      workload,
      {
        ...gpuAgentPod(args, gpuAgents.featureDiscovery.pauseLabel),
        ...manager.pod,
        initContainers: manager.initContainers,
        containers: [
          {
            name: application,
            image: images.nvidiaDevicePlugin,
            command: [application],
            env: [
              ...manager.environment,
              ...allGpusEnvironment,
              nodeNameEnvironment,
              { name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
              { name: "GFD_USE_NODE_FEATURE_API", value: "true" },
              { name: "GFD_SLEEP_INTERVAL", value: `${args.intervalSeconds}s` },
              // A time stamp among the labels would change the node every time.
              { name: "GFD_NO_TIMESTAMP", value: "true" },
              ...(meetsMig(plugin) ? [{ name: "NVIDIA_MIG_MONITOR_DEVICES", value: "all" }] : []),
            ],
            // No probe: it serves nothing, and ends when it cannot see the GPUs or write what it found. Sizes: an estimate, of a Go
            // program that asks NVML once a minute; NVIDIA's chart sets none.
            resources: {
              requests: { cpu: "10m", memory: "64Mi", "ephemeral-storage": "16Mi" },
              limits: { memory: "256Mi", "ephemeral-storage": "64Mi" },
            },
            // Its chart runs it privileged, for a label about virtual GPUs that it does without otherwise (internal/lm/vgpu.go).
            securityContext: rootSecurityContext(...(meetsMig(plugin) ? ["SYS_ADMIN"] : [])),
            volumeMounts: [...manager.mounts, apiTokenMount],
          },
          ...manager.sidecars,
        ],
        volumes: [
          ...manager.volumes, // The config manager brings it otherwise.
          ...(configs.named ? [] : [apiTokenVolume]),
        ],
      },
      { app: gpuAgents.featureDiscovery.app },
    ),
  };
}

/** GPU feature discovery: labels GPU nodes with product, memory, driver and the way that their GPUs are shared. */
export class GpuFeatureDiscovery extends ObjectsComponent<GpuFeatureDiscoveryObjects> {
  constructor(name: string, args: GpuFeatureDiscoveryArgs, options?: pulumi.ComponentResourceOptions) {
    super("addons:GpuFeatureDiscovery", name, gpuFeatureDiscoveryObjects(name, args), options);
    this.registerOutputs({});
  }
}
