import { type ComponentOptions, type KubernetesObjects, type ScrapeTarget, throwProblems } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { addonProblems } from "./addon-problems.ts";
import type { AddonContext } from "./context.ts";
import {
  DcgmExporter,
  type DcgmExporterConfiguration,
  dcgmExporterObjects,
  dcgmExporterScrapeTargets,
} from "./dcgm-exporter.ts";
import { DraDriver, type DraDriverConfiguration, draDriverObjects } from "./dra-driver.ts";
import {
  GpuFeatureDiscovery,
  type GpuFeatureDiscoveryConfiguration,
  gpuFeatureDiscoveryObjects,
} from "./gpu-feature-discovery.ts";
import {
  MetricsServer,
  type MetricsServerConfiguration,
  metricsServerObjects,
  metricsServerScrapeTargets,
} from "./metrics-server.ts";
import { MigManager, type MigManagerConfiguration, migManagerObjects } from "./mig-manager.ts";
import type { MonitoringAddonConfigurations } from "./monitoring.ts";
import {
  NodeFeatureDiscovery,
  type NodeFeatureDiscoveryConfiguration,
  nodeFeatureDiscoveryObjects,
} from "./node-feature-discovery.ts";
import {
  NvidiaDevicePlugin,
  type NvidiaDevicePluginConfiguration,
  nvidiaDevicePluginObjects,
} from "./nvidia-device-plugin.ts";
import {
  OpenTelemetryCollector,
  type OpenTelemetryCollectorConfiguration,
  openTelemetryCollectorObjects,
  openTelemetryCollectorScrapeTargets,
} from "./opentelemetry-collector.ts";

/** The configuration of each add-on, by its key under `genai:addons`. */
export interface AddonConfigurations {
  nodeFeatureDiscovery: NodeFeatureDiscoveryConfiguration;
  nvidiaDevicePlugin: NvidiaDevicePluginConfiguration;
  gpuFeatureDiscovery: GpuFeatureDiscoveryConfiguration;
  dcgmExporter: DcgmExporterConfiguration;
  migManager: MigManagerConfiguration;
  draDriver: DraDriverConfiguration;
  metricsServer: MetricsServerConfiguration;
  openTelemetryCollector: OpenTelemetryCollectorConfiguration;
}

/** Key of an add-on under `genai:addons`. */
export type AddonKey = keyof AddonConfigurations;

/** What an add-on is given: the cluster, its own configuration, and that of the device plugin, whose way of sharing GPUs others follow. */
type AddonArgs<Key extends AddonKey> = AddonContext &
  AddonConfigurations[Key] & { devicePlugin: NvidiaDevicePluginConfiguration };

/** An add-on: its component, and what is known of it before anything is deployed. */
interface Addon<Key extends AddonKey> {
  /** What the component deploys, as plain data. */
  objects(name: string, args: AddonArgs<Key>): KubernetesObjects;
  component: new (
    name: string,
    args: AddonArgs<Key>,
    options?: pulumi.ComponentResourceOptions,
  ) => pulumi.ComponentResource;
  /** The add-ons that it comes after, where the platform deploys them: it needs their kinds, their RuntimeClass or their labels. */
  after?: readonly AddonKey[];
  /** Pods of it that serve metrics. @default none */
  scrapeTargets?(name: string, args: AddonArgs<Key>): readonly ScrapeTarget[];
}

/** Every add-on, by its key under `genai:addons`. A new one is its file, its test and a line here, below those it comes after. */
export const addons: { readonly [Key in AddonKey]: Addon<Key> } = {
  nodeFeatureDiscovery: { component: NodeFeatureDiscovery, objects: nodeFeatureDiscoveryObjects },
  nvidiaDevicePlugin: { component: NvidiaDevicePlugin, objects: nvidiaDevicePluginObjects },
  draDriver: { component: DraDriver, objects: draDriverObjects },
  gpuFeatureDiscovery: {
    component: GpuFeatureDiscovery,
    objects: gpuFeatureDiscoveryObjects,
    after: ["nodeFeatureDiscovery", "nvidiaDevicePlugin", "draDriver"],
  },
  dcgmExporter: {
    component: DcgmExporter,
    objects: dcgmExporterObjects,
    after: ["nvidiaDevicePlugin", "draDriver"],
    scrapeTargets: dcgmExporterScrapeTargets,
  },
  migManager: { component: MigManager, objects: migManagerObjects, after: ["nvidiaDevicePlugin"] },
  metricsServer: { component: MetricsServer, objects: metricsServerObjects, scrapeTargets: metricsServerScrapeTargets },
  openTelemetryCollector: {
    component: OpenTelemetryCollector,
    objects: openTelemetryCollectorObjects,
    scrapeTargets: openTelemetryCollectorScrapeTargets,
  },
};

const keys = Object.keys(addons) as AddonKey[];

/** Everything of the add-ons that serves metrics: what a Prometheus is configured with, known before anything is deployed. */
export function addonScrapeTargets(configurations: AddonConfigurations, context: AddonContext): ScrapeTarget[] {
  const targets = <Key extends AddonKey>(key: Key) =>
    configurations[key].enabled
      ? (addons[key].scrapeTargets?.(addonName(key), addonArgs(key, configurations, context)) ?? [])
      : [];
  return keys.flatMap(targets);
}

/**
 * Deploys the add-ons whose configuration does not say `enabled: false`, each after those that it needs.
 * @throws {pulumi.InputPropertiesError} With everything that cannot be between them, before the first resource.
 */
export function deployAddons(
  configurations: AddonConfigurations,
  context: AddonContext,
  options: ComponentOptions = {},
): pulumi.ComponentResource[] {
  throwProblems(addonProblems(configurations, context));
  const deployed: Partial<Record<AddonKey, pulumi.ComponentResource>> = {};
  const deploy = <Key extends AddonKey>(key: Key) => {
    if (!configurations[key].enabled) return;
    const { component, after = [] } = addons[key];
    const needed = after.flatMap((other) => deployed[other] ?? []);
    const dependsOn = [options.dependsOn ?? [], needed].flat() as pulumi.Input<pulumi.Resource>[];
    deployed[key] = new component(addonName(key), addonArgs(key, configurations, context), { ...options, dependsOn });
  };
  keys.forEach(deploy);
  return Object.values(deployed);
}

/** What an add-on is given. */
export function addonArgs<Key extends AddonKey>(
  key: Key,
  configurations: AddonConfigurations,
  context: AddonContext,
): AddonArgs<Key> {
  return { ...context, ...configurations[key], devicePlugin: configurations.nvidiaDevicePlugin };
}

/** The name of an add-on's component, of its objects and of its page: its key in kebab case. */
export function addonName(key: AddonKey | keyof MonitoringAddonConfigurations): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
