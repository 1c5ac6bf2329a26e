import { images, type PoolSharing } from "@genai/catalog";
import { ObjectsComponent, type ObjectOf } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { configMapOf, daemonSetOf, serviceAccountOf, workloadOf } from "./addon-objects.ts";
import { configManagerAccess, configManagerPod } from "./config-manager.ts";
import type { AddonConfiguration, AddonContext } from "./context.ts";
import { anyShares, meetsMig, pluginConfigs } from "./device-plugin-config.ts";
import { allGpusEnvironment, gpuAgentPod, gpuAgents, gpuRuntimeClass, rootSecurityContext } from "./gpu-agent.ts";
import { type MpsControlDaemonObjects, mpsControlDaemonObjects, mpsMounts, mpsVolumes } from "./mps-control-daemon.ts";

/** How the NVIDIA device plugin offers a node's GPUs: `genai:addons.nvidiaDevicePlugin`. `enabled: false` adopts another's. */
export interface NvidiaDevicePluginConfiguration extends AddonConfiguration {
  /**
   * On nodes that were split by hand: `single` and `mixed` offer the MIG instances of GPUs that are split alike, or each its own way.
   * A pool that is to be split says so itself.
   * @default none
   */
  migStrategy: "none" | "single" | "mixed";
  /** How the GPUs of pools that say nothing themselves are shared. @default { mode: "none" } */
  sharing: Extract<PoolSharing, { mode: "none" | "timeSlicing" | "mps" }>;
  /** @see AddonContext.runtimeClass */
  runtimeClass: AddonContext["runtimeClass"];
  /** Whether containers get their GPUs by the Container Device Interface rather than by an environment variable. @default false */
  cdi: boolean;
  /**
   * Node label whose value chooses the configuration of a node, where pools have configurations of their own: each is called like its pool.
   * @default genai.platform/pool
   */
  nodeLabel: string;
}

/** The plugin's objects; what only some configurations need is not there in others. */
export type NvidiaDevicePluginObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  config: ObjectOf<"ConfigMap">;
  runtimeClass: ObjectOf<"RuntimeClass"> | undefined;
  daemonSet: ObjectOf<"DaemonSet">;
  /** These three with configurations of single pools alone, for the config manager. */
  clusterRole: ObjectOf<"ClusterRole"> | undefined;
  clusterRoleBinding: ObjectOf<"ClusterRoleBinding"> | undefined;
  networkPolicy: ObjectOf<"NetworkPolicy"> | undefined;
} & MpsControlDaemonObjects;

type Args = AddonContext & NvidiaDevicePluginConfiguration;

const application = "nvidia-device-plugin";
const kubeletDirectory = "/var/lib/kubelet/device-plugins";
const cdiDirectory = "/var/run/cdi";

/** The device plugin's objects as plain data. */
export function nvidiaDevicePluginObjects(name: string, args: Args): NvidiaDevicePluginObjects {
  const workload = workloadOf({ application, component: "device-plugin" }, name, args);
  const configs = pluginConfigs(args);
  const config = configMapOf(workload, configs.files);
  const manager = configManagerPod({
    configs,
    configMap: config.metadata.name,
    nodeLabel: args.nodeLabel,
    program: application,
  });
  const withMps = anyShares(args, "mps");
  return {
    serviceAccount: serviceAccountOf(workload),
    config,
    runtimeClass: gpuRuntimeClass(name, args),
    daemonSet: daemonSetOf(
      workload,
      {
        ...gpuAgentPod(args, gpuAgents.devicePlugin.pauseLabel),
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
              ...(meetsMig(args) ? [{ name: "NVIDIA_MIG_MONITOR_DEVICES", value: "all" }] : []),
              ...(withMps ? [{ name: "MPS_ROOT", value: mpsVolumes[0].hostPath.path }] : []),
              ...(args.cdi ? [{ name: "NVIDIA_DRIVER_ROOT", value: "/" }] : []),
            ],
            // No probe: the plugin serves nothing over TCP, and its image is not known to have a shell for `exec`. It ends when it
            // cannot start (failOnInitError) or loses the kubelet, and then the kubelet restarts it; what it offers shows as the
            // node's allocatable `nvidia.com/gpu`. The policy pack names this exception.
            // Sizes from the plugin's footprint of some tens of MiB, doubled for nodes with many GPUs; NVIDIA's chart sets none.
            resources: {
              requests: { cpu: "20m", memory: "128Mi", "ephemeral-storage": "32Mi" },
              limits: { memory: "256Mi", "ephemeral-storage": "128Mi" },
            },
            // Root, for the kubelet's directory; SYS_ADMIN to read the MIG monitor's devices, where there is MIG.
            securityContext: rootSecurityContext(...(meetsMig(args) ? ["SYS_ADMIN"] : [])),
            volumeMounts: [
              ...manager.mounts,
              { name: "device-plugins", mountPath: kubeletDirectory },
              ...(withMps ? mpsMounts : []),
              ...(args.cdi
                ? [
                    { name: "cdi", mountPath: cdiDirectory },
                    { name: "driver-root", mountPath: "/driver-root", readOnly: true },
                  ]
                : []),
            ],
          },
          ...manager.sidecars,
        ],
        volumes: [
          ...manager.volumes,
          // The kubelet finds device plugins by their socket in this directory of the host, which only root may write.
          { name: "device-plugins", hostPath: { path: kubeletDirectory, type: "Directory" } },
          ...(withMps ? mpsVolumes : []),
          // With CDI the plugin itself finds the driver's files and describes them for the container runtime.
          ...(args.cdi
            ? [
                { name: "cdi", hostPath: { path: cdiDirectory, type: "DirectoryOrCreate" } },
                { name: "driver-root", hostPath: { path: "/", type: "Directory" } },
              ]
            : []),
        ],
      },
      { app: gpuAgents.devicePlugin.app },
    ),
    ...mpsControlDaemonObjects(name, args, { configs, configMap: config.metadata.name }),
    ...configManagerAccess(workload, configs),
  };
}

/** The NVIDIA device plugin: one Pod on every GPU node, which makes the node's GPUs something that Pods can request. */
export class NvidiaDevicePlugin extends ObjectsComponent<NvidiaDevicePluginObjects> {
  constructor(name: string, args: Args, options?: pulumi.ComponentResourceOptions) {
    super("addons:NvidiaDevicePlugin", name, nvidiaDevicePluginObjects(name, args), options);
    this.registerOutputs({});
  }
}
