import type { AddonContext, GpuPool } from "./context.ts";
import type { NvidiaDevicePluginConfiguration } from "./nvidia-device-plugin.ts";

/** A cluster of two pools with GPUs, for tests. */
export const examplePools: readonly GpuPool[] = [
  {
    name: "a10",
    gpu: "A10",
    gpusPerNode: 4,
    taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
  },
  { name: "h100", gpu: "H100", gpusPerNode: 8, taints: [{ key: "spot", effect: "NoExecute" }] },
];

/** What tests tell an add-on about it. */
export const exampleContext: AddonContext = {
  namespace: "genai-addons",
  gpuPools: examplePools,
  runtimeClass: "create",
};

/** What tests read of a Pod. */
export interface ExamplePod {
  affinity?: unknown;
  tolerations?: { key?: string; operator?: string; effect?: string }[];
  priorityClassName?: string;
  runtimeClassName?: string;
  automountServiceAccountToken?: boolean;
  shareProcessNamespace?: boolean;
  serviceAccountName: string;
  hostPID?: boolean;
  topologySpreadConstraints?: unknown[];
  initContainers?: ExampleContainer[];
  containers: [ExampleContainer, ...ExampleContainer[]];
  volumes: { name: string; configMap?: { name: string }; hostPath?: { path: string }; projected?: object }[];
}

/** What tests read of a container. */
export interface ExampleContainer {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env: { name: string; value?: string }[];
  securityContext: Record<string, unknown>;
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
  ports?: { name: string; containerPort: number }[];
  readinessProbe?: { httpGet: { path: string; port: string; scheme: string } };
  livenessProbe?: { httpGet: { path: string; port: string; scheme: string } };
}

/** The Pod of a workload. */
export function podOf(workload: { spec?: unknown } = {}): ExamplePod {
  return (workload.spec as { template: { spec: ExamplePod } }).template.spec;
}

/** The environment of a container by name. */
export function environmentOf({ env }: ExampleContainer): Record<string, string | undefined> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

/** What a Pod mounts of its node. */
export function hostPathsOf({ volumes }: ExamplePod): string[] {
  return volumes.flatMap(({ hostPath }) => hostPath?.path ?? []);
}

/** The name of an object. */
export function nameOf({ metadata }: { metadata?: unknown }): string {
  return (metadata as { name: string }).name;
}

/** A configuration of the device plugin that shares nothing. */
export const examplePlugin: NvidiaDevicePluginConfiguration = {
  enabled: true,
  migStrategy: "none",
  sharing: { mode: "none" },
  runtimeClass: "create",
  cdi: false,
  nodeLabel: "genai.platform/pool",
};
