import { images, migInstances } from "@genai/catalog";
import {
  apiServerEgress,
  apiTokenMount,
  apiTokenVolume,
  type ObjectOf,
  ObjectsComponent,
  poolAgentPlacement,
  variablesOf,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  clusterRoleBindingOf,
  clusterRoleOf,
  configMapOf,
  daemonSetOf,
  fileText,
  networkPolicyOf,
  roleBindingOf,
  roleOf,
  serviceAccountOf,
  workloadOf,
} from "./addon-objects.ts";
import type { AddonConfiguration, AddonContext, GpuPool } from "./context.ts";
import { gpuAgentPod, nodeNameEnvironment } from "./gpu-agent.ts";

/** `genai:addons.migManager`; `enabled` by default where a pool is to be split. */
export interface MigManagerConfiguration extends AddonConfiguration {
  /** Whether it may reboot a node whose GPUs take no other mode without. @default false */
  rebootNodes: boolean;
}

/** The manager's objects. */
export type MigManagerObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  config: ObjectOf<"ConfigMap">;
  clusterRole: ObjectOf<"ClusterRole">;
  clusterRoleBinding: ObjectOf<"ClusterRoleBinding">;
  role: ObjectOf<"Role">;
  roleBinding: ObjectOf<"RoleBinding">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
  daemonSet: ObjectOf<"DaemonSet">;
};

type Args = AddonContext & MigManagerConfiguration;

const application = "nvidia-mig-manager";
const configDirectory = "/mig-parted-config";

/** The configuration that leaves GPUs whole: the value of the node label `nvidia.com/mig.config` that undoes a split. */
const wholeGpusConfig = "all-disabled";

/** The pools whose GPUs are to be split. */
export function migPools({ gpuPools }: Pick<AddonContext, "gpuPools">): readonly GpuPool[] {
  return gpuPools.filter(({ sharing }) => sharing?.mode === "migSingle" || sharing?.mode === "migMixed");
}

/** The manager's objects as plain data. */
export function migManagerObjects(name: string, args: Args): MigManagerObjects {
  const workload = workloadOf({ application, component: "mig-manager" }, name, args);
  const config = configMapOf(workload, { "config.yaml": migConfig(args) });
  return {
    serviceAccount: serviceAccountOf(workload),
    config,
    // It reads which configuration its node asks for, and says by labels how far it is.
    clusterRole: clusterRoleOf(workload, [
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch", "patch"] },
    ]),
    clusterRoleBinding: clusterRoleBindingOf(workload),
    // It waits until the other agents have left the GPUs, and removes validators.
    role: roleOf(workload, [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "delete"] }]),
    roleBinding: roleBindingOf(workload),
    networkPolicy: networkPolicyOf(workload, { egress: [apiServerEgress] }),
    daemonSet: daemonSetOf(workload, {
      ...gpuAgentPod(args),
      ...poolAgentPlacement(migPools(args)),
      // A reset of a GPU has to see every process that uses it.
      hostPID: true,
      hostIPC: true,
      containers: [
        {
          name: application,
          image: images.migManager,
          env: [
            nodeNameEnvironment,
            ...variablesOf({
              CONFIG_FILE: `${configDirectory}/config.yaml`,
              DEFAULT_GPU_CLIENTS_NAMESPACE: args.namespace,
              WITH_REBOOT: String(args.rebootNodes),
              NVIDIA_VISIBLE_DEVICES: "all",
              NVIDIA_MIG_CONFIG_DEVICES: "all",
              NVIDIA_DRIVER_CAPABILITIES: "utility",
            }),
          ],
          // No probe: it serves nothing, and says how it went by the node's label nvidia.com/mig.config.state. Sizes: an estimate, of a
          // Go program that waits for a label; NVIDIA's manifests set none.
          resources: {
            requests: { cpu: "10m", memory: "64Mi", "ephemeral-storage": "32Mi" },
            limits: { memory: "256Mi", "ephemeral-storage": "128Mi" },
          },
          // As NVIDIA ships it: it changes the mode of GPUs, resets them, and reboots the node where it may.
          securityContext: { privileged: true, readOnlyRootFilesystem: true, runAsUser: 0 },
          volumeMounts: [
            { name: "config", mountPath: configDirectory, readOnly: true },
            { name: "host-root", mountPath: "/host" },
            { name: "host-sys", mountPath: "/sys" },
            { name: "temporary", mountPath: "/tmp" },
            apiTokenMount,
          ],
        },
      ],
      volumes: [
        { name: "config", configMap: { name: config.metadata.name } },
        { name: "host-root", hostPath: { path: "/", type: "Directory" } },
        { name: "host-sys", hostPath: { path: "/sys", type: "Directory" } },
        { name: "temporary", emptyDir: { sizeLimit: "32Mi" } },
        apiTokenVolume,
      ],
    }),
  };
}

/** The file of mig-parted (api/spec/v1 of NVIDIA/mig-parted): a configuration for each pool that is split, called like it. JSON is YAML. */
function migConfig(args: Args): string {
  const split = migPools(args).map(({ name, gpu, sharing = { mode: "none" } }) => [
    name,
    [{ devices: "all", "mig-enabled": true, "mig-devices": migInstances(gpu, sharing) }],
  ]);
  const config = {
    version: "v1",
    "mig-configs": { [wholeGpusConfig]: [{ devices: "all", "mig-enabled": false }], ...Object.fromEntries(split) },
  };
  return fileText(config);
}

/** NVIDIA's MIG manager: splits the GPUs of a node as its label `nvidia.com/mig.config` says, and keeps them so. */
export class MigManager extends ObjectsComponent<MigManagerObjects> {
  constructor(name: string, args: Args, options?: pulumi.ComponentResourceOptions) {
    super("addons:MigManager", name, migManagerObjects(name, args), options);
    this.registerOutputs({});
  }
}
