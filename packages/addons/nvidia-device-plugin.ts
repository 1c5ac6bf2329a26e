import { createHash } from "node:crypto";
import { images } from "@genai/catalog";
import { ObjectsComponent, poolLabel, recommendedLabels, selectorLabels, type ObjectOf } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { AddonContext } from "./catalog.ts";

/** How the NVIDIA device plugin offers a node's GPUs: `genai:addons.nvidiaDevicePlugin`. */
export interface NvidiaDevicePluginConfiguration {
  /**
   * Whether the platform deploys the plugin; `false` adopts the cluster's own, such as the GPU operator's.
   * @default true
   */
  enabled: boolean;
  /**
   * `none` offers whole GPUs; `single` and `mixed` offer the MIG instances of GPUs that are split alike, or each its own way.
   * @default none
   */
  migStrategy: "none" | "single" | "mixed";
  /**
   * Whether several Pods share a GPU in turns. Nothing isolates their memory: for notebooks and small jobs, not for LLMs.
   * @default { mode: "none" }
   */
  sharing: { mode: "none" } | TimeSlicing;
  /**
   * Where the RuntimeClass `nvidia` comes from: `create` it; `existing`, as on K3s and beside the GPU operator; `none` where NVIDIA's
   * runtime is the nodes' default.
   * @default create
   */
  runtimeClass: "create" | "existing" | "none";
}

/** Time-slicing of every GPU. */
export interface TimeSlicing {
  mode: "timeSlicing";
  /** Pods that may share one GPU. */
  replicas: number;
  /** Offers the slices as `nvidia.com/gpu.shared`, so that nobody gets one unasked. */
  renameByDefault: boolean;
  /** Refuses a Pod that asks for several slices: they are no more of the GPU than one. */
  failRequestsGreaterThanOne: boolean;
}

/** The plugin's objects; the RuntimeClass is only there when the platform creates it. */
export type NvidiaDevicePluginObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  config: ObjectOf<"ConfigMap">;
  runtimeClass: ObjectOf<"RuntimeClass"> | undefined;
  daemonSet: ObjectOf<"DaemonSet">;
};

const application = "nvidia-device-plugin";
const kubeletDirectory = "/var/lib/kubelet/device-plugins";

/** The name of the RuntimeClass that GPU Pods must name, if any. */
export function gpuRuntimeClassName({ runtimeClass }: NvidiaDevicePluginConfiguration): string | undefined {
  return runtimeClass === "none" ? undefined : "nvidia";
}

/** The device plugin's objects as plain data. */
export function nvidiaDevicePluginObjects(
  name: string,
  args: AddonContext & NvidiaDevicePluginConfiguration,
): NvidiaDevicePluginObjects {
  const { namespace } = args;
  const labels = recommendedLabels({ application, instance: name, component: "device-plugin" });
  const selector = selectorLabels({ application, instance: name });
  const configFile = pluginConfig(args);
  // The hash makes a changed configuration a new ConfigMap, hence a rollout: the plugin reads its file only at start.
  const configName = `${name}-${createHash("sha256").update(configFile).digest("hex").slice(0, 8)}`;
  return {
    serviceAccount: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, namespace, labels },
      automountServiceAccountToken: false,
    },
    config: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: configName, namespace, labels },
      immutable: true,
      data: { "config.yaml": configFile },
    },
    runtimeClass:
      args.runtimeClass === "create"
        ? {
            apiVersion: "node.k8s.io/v1",
            kind: "RuntimeClass",
            metadata: { name: "nvidia", labels },
            handler: "nvidia",
          }
        : undefined,
    daemonSet: {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name, namespace, labels },
      spec: {
        selector: { matchLabels: selector },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            priorityClassName: "system-node-critical",
            runtimeClassName: gpuRuntimeClassName(args),
            affinity: gpuNodes(args),
            tolerations: tolerations(args),
            securityContext: { seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                name: application,
                image: images.nvidiaDevicePlugin,
                command: ["nvidia-device-plugin"],
                env: [
                  { name: "CONFIG_FILE", value: "/config/config.yaml" },
                  { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
                  { name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,utility" },
                  ...(args.migStrategy === "none" ? [] : [{ name: "NVIDIA_MIG_MONITOR_DEVICES", value: "all" }]),
                ],
                // No probe: the plugin serves nothing over TCP, and its image is not known to have a shell for `exec`. It ends when it
                // cannot start (failOnInitError) or loses the kubelet, and then the kubelet restarts it; what it offers shows as the
                // node's allocatable `nvidia.com/gpu`. The policy pack names this exception.
                // Sizes from the plugin's footprint of some tens of MiB, doubled for nodes with many GPUs; NVIDIA's chart sets none.
                resources: {
                  requests: { cpu: "20m", memory: "128Mi", "ephemeral-storage": "32Mi" },
                  limits: { memory: "256Mi", "ephemeral-storage": "128Mi" },
                },
                securityContext: containerSecurity(args.migStrategy),
                volumeMounts: [
                  { name: "config", mountPath: "/config", readOnly: true },
                  { name: "device-plugins", mountPath: kubeletDirectory },
                ],
              },
            ],
            volumes: [
              { name: "config", configMap: { name: configName } },
              // The kubelet finds device plugins by their socket in this directory of the host, which only root may write.
              { name: "device-plugins", hostPath: { path: kubeletDirectory, type: "Directory" } },
            ],
          },
        },
      },
    },
  };
}

/** The plugin's file in its format `v1` (api/config/v1 of NVIDIA/k8s-device-plugin). JSON is YAML. */
function pluginConfig({ migStrategy, sharing }: NvidiaDevicePluginConfiguration): string {
  const config = {
    version: "v1",
    flags: {
      migStrategy,
      failOnInitError: true,
      plugin: { passDeviceSpecs: false, deviceListStrategy: ["envvar"], deviceIDStrategy: "uuid" },
    },
    ...(sharing.mode === "timeSlicing" && {
      sharing: {
        timeSlicing: {
          renameByDefault: sharing.renameByDefault,
          failRequestsGreaterThanOne: sharing.failRequestsGreaterThanOne,
          resources: [{ name: "nvidia.com/gpu", replicas: sharing.replicas }],
        },
      },
    }),
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** Nodes that feature discovery found a GPU on, or that belong to a GPU pool: many clusters run no feature discovery. */
function gpuNodes({ gpuPools }: AddonContext) {
  const terms = [{ matchExpressions: [{ key: "nvidia.com/gpu.present", operator: "In", values: ["true"] }] }];
  const pools = gpuPools.map(({ name }) => name);
  if (pools.length > 0) terms.push({ matchExpressions: [{ key: poolLabel, operator: "In", values: pools }] });
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
}

/** The usual taints of GPU nodes, and those that the pools add. */
function tolerations({ gpuPools }: AddonContext) {
  const usual = [
    { key: "CriticalAddonsOnly", operator: "Exists" },
    { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
  ];
  const own = gpuPools
    .flatMap(({ taints = [] }) => taints)
    .filter(({ key, effect }) => !(key === "nvidia.com/gpu" && effect === "NoSchedule"))
    .map(({ key, value, effect }) => ({ key, operator: value ? "Equal" : "Exists", ...(value && { value }), effect }));
  return [...usual, ...new Map(own.map((toleration) => [JSON.stringify(toleration), toleration])).values()];
}

/** As tight as the plugin allows: root, for the kubelet's directory; `SYS_ADMIN` to read the MIG monitor's devices, where there is MIG. */
function containerSecurity(migStrategy: NvidiaDevicePluginConfiguration["migStrategy"]) {
  const common = { privileged: false, readOnlyRootFilesystem: true, runAsUser: 0 };
  return migStrategy === "none"
    ? { ...common, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } }
    : { ...common, capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } };
}

/** The NVIDIA device plugin: one Pod on every GPU node, which makes the node's GPUs something that Pods can request. */
export class NvidiaDevicePlugin extends ObjectsComponent<NvidiaDevicePluginObjects> {
  constructor(
    name: string,
    args: AddonContext & NvidiaDevicePluginConfiguration,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("addons:NvidiaDevicePlugin", name, nvidiaDevicePluginObjects(name, args), options);
    this.registerOutputs({});
  }
}
