import { images } from "@genai/catalog";
import { apiServerEgress, type ObjectOf, poolAgentPlacement } from "@genai/core";
import { daemonSetOf, networkPolicyOf, workloadOf } from "./addon-objects.ts";
import { configManagerPod } from "./config-manager.ts";
import type { AddonContext } from "./context.ts";
import { anyShares, meetsMig, type PluginConfigs, sharingOf } from "./device-plugin-config.ts";
import { allGpusEnvironment, gpuAgentPod, nodeNameEnvironment } from "./gpu-agent.ts";
import type { NvidiaDevicePluginConfiguration } from "./nvidia-device-plugin.ts";

const root = "/run/nvidia/mps";

/** The directories of the node where the daemon's pipes and shared memory are; plugin and daemon both look there. */
export const mpsVolumes = [
  { name: "mps-root", hostPath: { path: root, type: "DirectoryOrCreate" } },
  { name: "mps-shm", hostPath: { path: `${root}/shm` } },
] as const;

/** Where plugin and daemon look for them. */
export const mpsMounts = [
  { name: "mps-root", mountPath: "/mps" },
  { name: "mps-shm", mountPath: "/dev/shm" },
] as const;

/** The objects of MPS's control daemon; none where nobody shares by MPS. */
export type MpsControlDaemonObjects = {
  mpsControlDaemon: ObjectOf<"DaemonSet"> | undefined;
  /** With configurations of single pools alone. */
  mpsNetworkPolicy: ObjectOf<"NetworkPolicy"> | undefined;
};

/**
 * The control daemon of NVIDIA's MPS: one Pod on every node that shares by MPS, which gives each Pod on a GPU its share of threads
 * and memory. It runs under the plugin's ServiceAccount and on the plugin's configuration.
 */
export function mpsControlDaemonObjects(
  plugin: string,
  args: AddonContext & NvidiaDevicePluginConfiguration,
  { configs, configMap }: { configs: PluginConfigs; configMap: string },
): MpsControlDaemonObjects {
  const application = "nvidia-mps-control-daemon";
  if (!anyShares(args, "mps")) return { mpsControlDaemon: undefined, mpsNetworkPolicy: undefined };
  const workload = workloadOf({ application, component: "device-plugin" }, `${plugin}-mps`, args);
  const pools = args.gpuPools.filter((pool) => sharingOf(pool, args).mode === "mps");
  const program = "mps-control-daemon";
  // Only before it starts: among all of the node's processes the config manager would not find this one, and a node of another pool
  // is a new node.
  const { initContainers, environment, mounts, volumes } = configManagerPod({
    configs,
    configMap,
    nodeLabel: args.nodeLabel,
    program,
  });
  const container = {
    image: images.nvidiaDevicePlugin,
    // MPS itself takes little; the memory that clients share is the node's, not the daemon's. Estimate: NVIDIA's chart sets none.
    resources: {
      requests: { cpu: "20m", memory: "128Mi", "ephemeral-storage": "32Mi" },
      limits: { memory: "512Mi", "ephemeral-storage": "256Mi" },
    },
    // Privileged, as NVIDIA ships it: it mounts the shared memory for the whole node and sets the compute mode of the GPUs.
    securityContext: { privileged: true, readOnlyRootFilesystem: true, runAsUser: 0 },
  };
  return {
    // For the choice of its configuration.
    mpsNetworkPolicy: configs.named ? networkPolicyOf(workload, { egress: [apiServerEgress] }) : undefined,
    mpsControlDaemon: daemonSetOf(workload, {
      ...gpuAgentPod(args),
      // MPS on every node wherever that is what the plugin does by default.
      ...(args.sharing.mode === "mps" ? {} : poolAgentPlacement(pools)),
      serviceAccountName: plugin,
      // The daemon looks after processes of other Pods.
      hostPID: true,
      initContainers: [
        {
          ...container,
          name: "mount-shared-memory",
          command: [program, "mount-shm"],
          volumeMounts: [{ ...mpsMounts[0], mountPropagation: "Bidirectional" }],
        },
        ...initContainers,
      ],
      containers: [
        {
          ...container,
          name: application,
          command: [program],
          env: [
            ...environment,
            ...allGpusEnvironment,
            nodeNameEnvironment,
            ...(meetsMig(args) ? [{ name: "NVIDIA_MIG_MONITOR_DEVICES", value: "all" }] : []),
          ],
          volumeMounts: [...mounts, ...mpsMounts, { name: "temporary", mountPath: "/tmp" }],
        },
      ],
      volumes: [...volumes, ...mpsVolumes, { name: "temporary", emptyDir: { sizeLimit: "64Mi" } }],
    }),
  };
}
