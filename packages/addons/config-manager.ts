import { images } from "@genai/catalog";
import { apiServerEgress, apiTokenMount, apiTokenVolume, variablesOf } from "@genai/core";
import { clusterRoleBindingOf, clusterRoleOf, networkPolicyOf, type AddonWorkload } from "./addon-objects.ts";
import { defaultConfigKey, type PluginConfigs } from "./device-plugin-config.ts";
import { nodeNameEnvironment, rootSecurityContext } from "./gpu-agent.ts";

/** Where the chosen configuration is found. */
export const configDirectory = "/config";
const availableDirectory = "/available-configs";

/** What a program that reads the plugin's configuration needs in its Pod. */
export interface ConfigManagerArgs {
  configs: PluginConfigs;
  /** Name of the ConfigMap with `configs.files`. */
  configMap: string;
  /** Node label whose value names the configuration. */
  nodeLabel: string;
  /** First word of the command line of the program that is told of a change, by SIGHUP. */
  program: string;
}

/**
 * The parts of a Pod that bring the plugin's configuration to a program: the ConfigMap itself, or where pools have configurations of
 * their own NVIDIA's config manager, once before the program starts and then beside it. It reads the label of its node.
 */
export function configManagerPod({ configs, configMap, nodeLabel, program }: ConfigManagerArgs) {
  const file = `${configDirectory}/${defaultConfigKey}`;
  const environment = [{ name: "CONFIG_FILE", value: file }];
  const available = { configMap: { name: configMap } };
  const chosen = { name: "config", mountPath: configDirectory };
  if (!configs.named) {
    const mounts = [{ ...chosen, readOnly: true }];
    return {
      initContainers: [],
      sidecars: [],
      environment,
      mounts,
      volumes: [{ name: "config", ...available }],
      pod: {},
    };
  }
  // The chosen file is a link to the one in the ConfigMap, so whoever follows it mounts both.
  const mounts = [chosen, { name: "available-configs", mountPath: availableDirectory, readOnly: true }];
  const manager = (name: string, stays: boolean) => ({
    name,
    image: images.nvidiaDevicePlugin,
    command: ["config-manager"],
    env: [
      ...variablesOf({
        ONESHOT: String(!stays),
        NODE_LABEL: nodeLabel,
        CONFIG_FILE_SRCDIR: availableDirectory,
        CONFIG_FILE_DST: file,
        DEFAULT_CONFIG: defaultConfigKey,
        SEND_SIGNAL: String(stays),
        PROCESS_TO_SIGNAL: program,
      }),
      nodeNameEnvironment,
    ],
    // It watches one node and writes one link; the figures are those of a Go program with a small cache (estimate).
    resources: {
      requests: { cpu: "5m", memory: "32Mi", "ephemeral-storage": "16Mi" },
      limits: { memory: "64Mi", "ephemeral-storage": "32Mi" },
    },
    // The user of the program, whose command line it reads and which it signals.
    securityContext: rootSecurityContext(),
    volumeMounts: [...mounts, apiTokenMount],
  });
  return {
    initContainers: [manager("choose-config", false)],
    sidecars: [manager("config-manager", true)],
    environment,
    mounts,
    volumes: [
      { name: "config", emptyDir: { sizeLimit: "1Mi" } },
      { name: "available-configs", ...available },
      apiTokenVolume,
    ],
    // Only then can the config manager find the program and signal it.
    pod: { shareProcessNamespace: true },
  };
}

/** What the config manager may do and reach; nothing where there is none. */
export function configManagerAccess(workload: AddonWorkload, { named }: PluginConfigs) {
  if (!named) return { clusterRole: undefined, clusterRoleBinding: undefined, networkPolicy: undefined };
  return {
    clusterRole: clusterRoleOf(workload, [{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] }]),
    clusterRoleBinding: clusterRoleBindingOf(workload),
    networkPolicy: networkPolicyOf(workload, { egress: [apiServerEgress] }),
  };
}
