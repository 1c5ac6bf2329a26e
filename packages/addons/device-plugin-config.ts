import type { PoolSharing } from "@genai/catalog";
import { fileText } from "./addon-objects.ts";
import type { AddonContext } from "./context.ts";
import type { NvidiaDevicePluginConfiguration } from "./nvidia-device-plugin.ts";

/** The key of the configuration that a node has unless its pool has one of its own. No pool can be called so: of a dot. */
export const defaultConfigKey = "config.yaml";

/** Files of the device plugin and of GPU feature discovery, which must agree. */
export interface PluginConfigs {
  /** By key: `defaultConfigKey`, and where pools differ one for each, by the pool's name. */
  files: Record<string, string>;
  /** Whether pools have configurations of their own, which the config manager chooses by the node's label. */
  named: boolean;
}

type Args = Pick<AddonContext, "gpuPools"> & NvidiaDevicePluginConfiguration;

/** How the nodes of a pool share their GPUs: as the pool says, or else as the device plugin does everywhere. */
export function sharingOf(pool: { sharing?: PoolSharing }, plugin: Pick<Args, "sharing">): PoolSharing {
  return pool.sharing ?? plugin.sharing;
}

/** The default configuration, and one for each pool where any pool has another. */
export function pluginConfigs(args: Args): PluginConfigs {
  const defaultFile = pluginConfig(args.sharing, args);
  const byPool = args.gpuPools.map((pool) => [pool.name, pluginConfig(sharingOf(pool, args), args)] as const);
  const named = byPool.some(([, file]) => file !== defaultFile);
  return { files: { [defaultConfigKey]: defaultFile, ...(named && Object.fromEntries(byPool)) }, named };
}

/** Whether any pool, or the default, shares in one of these ways. */
export function anyShares(args: Args, ...modes: PoolSharing["mode"][]): boolean {
  return [args.sharing, ...args.gpuPools.map((pool) => sharingOf(pool, args))].some(({ mode }) => modes.includes(mode));
}

/** Whether the plugin meets MIG instances anywhere. */
export function meetsMig(args: Args): boolean {
  return args.migStrategy !== "none" || anyShares(args, "migSingle", "migMixed");
}

/** A file in the plugin's format `v1` (api/config/v1 of NVIDIA/k8s-device-plugin). JSON is YAML. */
function pluginConfig(sharing: PoolSharing, { migStrategy, cdi }: Args): string {
  const strategies = { migSingle: "single", migMixed: "mixed" } as const;
  const config = {
    version: "v1",
    flags: {
      migStrategy: sharing.mode === "migSingle" || sharing.mode === "migMixed" ? strategies[sharing.mode] : migStrategy,
      failOnInitError: true,
      plugin: { passDeviceSpecs: false, deviceListStrategy: [cdi ? "cdi-cri" : "envvar"], deviceIDStrategy: "uuid" },
    },
    ...replicas(sharing),
  };
  return fileText(config);
}

function replicas(sharing: PoolSharing) {
  if (sharing.mode !== "timeSlicing" && sharing.mode !== "mps") return {};
  const { mode, replicas: count, ...flags } = sharing;
  return { sharing: { [mode]: { ...flags, resources: [{ name: "nvidia.com/gpu", replicas: count }] } } };
}
