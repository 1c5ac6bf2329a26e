import type * as pulumi from "@pulumi/pulumi";
import { NvidiaDevicePlugin, type NvidiaDevicePluginConfiguration } from "./nvidia-device-plugin.ts";

/** What the program tells every add-on about the cluster. */
export interface AddonContext {
  /** Name of the namespace to deploy into. */
  namespace: string;
  /** The cluster's pools of GPU nodes. */
  gpuPools: readonly GpuPool[];
}

/** A pool of GPU nodes, as far as an add-on that runs on them must know it. */
export interface GpuPool {
  /** Value of the pool's node label. */
  name: string;
  /**
   * What keeps other Pods away from its nodes.
   * @default none
   */
  taints?: readonly { key: string; value?: string; effect: string }[];
}

/** The configuration of each add-on, by its key under `genai:addons`. */
export interface AddonConfigurations {
  nvidiaDevicePlugin: NvidiaDevicePluginConfiguration;
}

type Addons = {
  [Key in keyof AddonConfigurations]: new (
    name: string,
    args: AddonContext & AddonConfigurations[Key],
    options?: pulumi.ComponentResourceOptions,
  ) => pulumi.ComponentResource;
};

/** Every add-on, by its key under `genai:addons`. A new one is its file, its test and a line here. */
export const addons: Addons = {
  nvidiaDevicePlugin: NvidiaDevicePlugin,
};

/** Deploys the add-ons whose configuration does not say `enabled: false`. */
export function deployAddons(
  configurations: AddonConfigurations,
  context: AddonContext,
  options?: pulumi.ComponentResourceOptions,
): pulumi.ComponentResource[] {
  const deploy = <Key extends keyof AddonConfigurations>(key: Key) =>
    configurations[key].enabled
      ? [new addons[key](kebabCase(key), { ...context, ...configurations[key] }, options)]
      : [];
  return (Object.keys(addons) as (keyof AddonConfigurations)[]).flatMap(deploy);
}

function kebabCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
