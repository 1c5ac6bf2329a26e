import { gpuResource, images } from "@genai/catalog";
import {
  apiServerEgress,
  apiTokenMount,
  apiTokenVolume,
  gpuAgentPlacement,
  ObjectsComponent,
  type ObjectOf,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  type AddonWorkload,
  clusterRoleBindingOf,
  clusterRoleOf,
  daemonSetOf,
  labelsOf,
  networkPolicyOf,
  serviceAccountOf,
  workloadOf,
} from "./addon-objects.ts";
import type { AddonConfiguration, AddonContext } from "./context.ts";
import { gpuRuntimeClass, nodeNameEnvironment } from "./gpu-agent.ts";
import { atLeast } from "@genai/core";

/** `genai:addons.draDriver`: off by default, and never beside the device plugin. */
export interface DraDriverConfiguration extends AddonConfiguration {
  /** Where NVIDIA's driver is on the nodes: `/`, or `/run/nvidia/driver` where a container brings it. @default / */
  driverRoot: string;
}

/** The driver's objects. */
export type DraDriverObjects = {
  runtimeClass: ObjectOf<"RuntimeClass"> | undefined;
  gpuClass: ObjectOf<"DeviceClass">;
  migClass: ObjectOf<"DeviceClass">;
  serviceAccount: ObjectOf<"ServiceAccount">;
  clusterRole: ObjectOf<"ClusterRole">;
  clusterRoleBinding: ObjectOf<"ClusterRoleBinding">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
  daemonSet: ObjectOf<"DaemonSet">;
};

type Args = AddonContext & DraDriverConfiguration;

const application = "nvidia-dra-driver";
const deviceDriver = "gpu.nvidia.com";
const registrarDirectory = "/var/lib/kubelet/plugins_registry";
const pluginsDirectory = "/var/lib/kubelet/plugins";
const healthPort = 51516;

/** The first Kubernetes with the API `resource.k8s.io/v1`. */
export const draVersion = "1.34";

/** The first whose scheduler gives devices to Pods that ask for a resource as of a device plugin without a feature gate being set. */
export const extendedResourceVersion = "1.36";

/** The driver's objects as plain data. */
export function draDriverObjects(name: string, args: Args): DraDriverObjects {
  const workload = workloadOf({ application, component: "kubelet-plugin" }, name, args);
  const mapped = atLeast(args.kubernetesVersion, extendedResourceVersion);
  return {
    runtimeClass: gpuRuntimeClass(name, args),
    gpuClass: deviceClass(workload, "gpu", mapped ? { extendedResourceName: gpuResource } : {}),
    migClass: deviceClass(workload, "mig", {}),
    serviceAccount: serviceAccountOf(workload),
    clusterRole: clusterRoleOf(workload, [
      { apiGroups: ["resource.k8s.io"], resources: ["resourceclaims"], verbs: ["get", "list", "watch"] },
      {
        apiGroups: ["resource.k8s.io"],
        resources: ["resourceslices"],
        verbs: ["get", "list", "watch", "create", "update", "delete"],
      },
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
    ]),
    clusterRoleBinding: clusterRoleBindingOf(workload),
    networkPolicy: networkPolicyOf(workload, { egress: [apiServerEgress] }),
    daemonSet: daemonSetOf(workload, pluginPod(args)),
  };
}

/** Devices of one type that the driver offers; claims and quotas refer to it by name. */
function deviceClass(
  workload: AddonWorkload,
  type: "gpu" | "mig",
  more: { extendedResourceName?: string },
): ObjectOf<"DeviceClass"> {
  const expression = `device.driver == '${deviceDriver}' && device.attributes['${deviceDriver}'].type == '${type}'`;
  return {
    apiVersion: "resource.k8s.io/v1",
    kind: "DeviceClass",
    metadata: { name: `${type}.nvidia.com`, labels: labelsOf(workload) },
    spec: { selectors: [{ cel: { expression } }], ...more },
  };
}

function pluginPod(args: Args) {
  const health = { grpc: { port: healthPort, service: "liveness" }, timeoutSeconds: 10 };
  // As its project ships it: it makes device nodes and mounts for other containers.
  const securityContext = { privileged: true, readOnlyRootFilesystem: false, runAsUser: 0 };
  const driverRoot = { name: "NVIDIA_DRIVER_ROOT", value: args.driverRoot };
  const directories = [
    { name: "KUBELET_REGISTRAR_DIRECTORY_PATH", value: registrarDirectory },
    { name: "KUBELET_PLUGINS_DIRECTORY_PATH", value: pluginsDirectory },
  ];
  // Otherwise the container itself would be given every GPU.
  const noGpus = { name: "NVIDIA_VISIBLE_DEVICES", value: "void" };
  return {
    // It gives containers their GPUs itself, so its own Pod runs on the nodes' usual runtime.
    ...gpuAgentPlacement(args.gpuPools),
    initContainers: [
      {
        // It waits until the driver is there, and says in its log what is missing.
        name: "driver-is-there",
        image: images.draDriver,
        command: ["bash", "/usr/bin/kubelet-plugin-prestart.sh"],
        env: [driverRoot, noGpus, ...directories],
        resources: resourcesOf("10m", "64Mi", "128Mi"),
        securityContext,
        volumeMounts: [{ name: "driver-root-parent", mountPath: "/driver-root-parent", readOnly: true }],
      },
    ],
    containers: [
      {
        name: "gpus",
        image: images.draDriver,
        command: ["gpu-kubelet-plugin"],
        env: [
          driverRoot,
          noGpus,
          ...directories,
          nodeNameEnvironment,
          { name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
          { name: "CDI_ROOT", value: "/var/run/cdi" },
          { name: "NVIDIA_MIG_CONFIG_DEVICES", value: "all" },
          { name: "HEALTHCHECK_PORT", value: String(healthPort) },
        ],
        // Ten minutes to start: it looks at every GPU of the node first.
        startupProbe: { ...health, periodSeconds: 5, failureThreshold: 120 },
        readinessProbe: { ...health, periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: { ...health, periodSeconds: 30, failureThreshold: 3 },
        resources: resourcesOf("50m", "128Mi", "512Mi"),
        securityContext,
        volumeMounts: [
          { name: "plugins-registry", mountPath: registrarDirectory },
          { name: "plugins", mountPath: pluginsDirectory, mountPropagation: "Bidirectional" },
          { name: "cdi", mountPath: "/var/run/cdi" },
          { name: "driver-root", mountPath: "/driver-root", mountPropagation: "HostToContainer" },
          apiTokenMount,
        ],
      },
    ],
    volumes: [
      ...Object.entries({
        "plugins-registry": registrarDirectory,
        plugins: pluginsDirectory,
        cdi: "/var/run/cdi",
        "driver-root": args.driverRoot,
        "driver-root-parent": args.driverRoot.replace(/\/[^/]*$/, "") || "/",
      }).map(([name, path]) => ({ name, hostPath: { path, type: "DirectoryOrCreate" } })),
      apiTokenVolume,
    ],
  };
}

/** Estimates, of a Go program that keeps a list of the node's GPUs; its chart sets none. */
function resourcesOf(cpu: string, memory: string, limit: string) {
  return {
    requests: { cpu, memory, "ephemeral-storage": "32Mi" },
    limits: { memory: limit, "ephemeral-storage": "128Mi" },
  };
}

/**
 * NVIDIA's driver for dynamic resource allocation, in place of the device plugin: one Pod on every GPU node publishes its GPUs as
 * ResourceSlices, and the scheduler gives them to claims, and to Pods that ask for `nvidia.com/gpu` where the server maps it.
 */
export class DraDriver extends ObjectsComponent<DraDriverObjects> {
  constructor(name: string, args: Args, options?: pulumi.ComponentResourceOptions) {
    super("addons:DraDriver", name, draDriverObjects(name, args), options);
    this.registerOutputs({});
  }
}
