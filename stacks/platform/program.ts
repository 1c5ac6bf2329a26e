import {
  AddonNamespace,
  addonNamespace,
  deployAddons,
  deployMonitoring,
  gpuRuntimeClassName,
  monitoringScraper,
  queueMetricOf,
} from "@genai/addons";
import { poolCost } from "@genai/catalog";
import { GenAIPlatform, type GpuPool } from "@genai/services";
import { apiKeyOf, grafanaPasswordKey } from "@genai/secrets";
import { Tenant, tenantNamespace } from "@genai/tenancy";
import * as pulumi from "@pulumi/pulumi";
import type { PlatformConfig, PoolConfig } from "./config/index.ts";

/** What a stack tells its users and other stacks. */
export interface PlatformOutputs {
  /** Base URL of each model's API inside the cluster, by the name under genai:models or genai:embeddings. */
  endpoints: pulumi.Output<Record<string, string>>;
  /** Namespace of each tenant, by the tenant's name. */
  namespaces: Record<string, pulumi.Output<string>>;
  /** GPUs of all pools, and each tenant's quota. */
  gpus: { capacity: number; quotas: Record<string, number> };
}

/**
 * Deploys everything that a stack file asks for: add-ons, then tenants, then what they serve, and what watches all of it.
 * @param secrets Generated values by their key in the stack file: `apiKey-<model>`, `grafanaAdminPassword`.
 */
export function deployPlatform(
  config: PlatformConfig,
  secrets: Readonly<Record<string, pulumi.Input<string>>>,
): PlatformOutputs {
  const pools = config.cluster.pools;
  const gpuPools = pools.flatMap(gpuPool);
  const namespace = new AddonNamespace("addons");
  const addons = deployAddons(config.addons, { namespace: addonNamespace, gpuPools }, { dependsOn: namespace });

  const tenants = mapValues(config.tenants, (tenant, name) => new Tenant(name, tenant));
  const namespaces = mapValues(tenants, (tenant) => tenant.namespace);

  const withKey = <Server extends object>(server: Server, name: string) => ({
    ...server,
    apiKey: secrets[apiKeyOf(name)] ?? "",
  });
  const platform = new GenAIPlatform(
    "platform",
    {
      pools,
      // By name, which decides which objects exist; that the namespace is there first follows from `dependsOn`.
      tenants: mapValues(config.tenants, (tenant, name) => ({ ...tenant, namespace: tenantNamespace(name) })),
      models: mapValues(config.models, withKey),
      embeddings: mapValues(config.embeddings, withKey),
      runtimeClassName: gpuRuntimeClassName(config.addons.nvidiaDevicePlugin),
      scraper: monitoringScraper(config.monitoring),
      queueMetric: queueMetricOf(config.monitoring, config.addons),
    },
    // Models after the RuntimeClass that their Pods name, and after the quotas and network borders of their tenants.
    { dependsOn: [...addons, ...Object.values(tenants)] },
  );

  deployMonitoring(
    config.monitoring,
    config.addons,
    {
      cluster: pulumi.getStack(),
      targets: platform.scrapeTargets,
      objectives: Object.values(platform.servers).map(({ objectives }) => objectives),
      gpuDollarsPerHour: gpuPrices(pools),
      storageClass: config.cluster.storageClass,
      adminPassword: secrets[grafanaPasswordKey] ?? "",
    },
    // After the tenants, in whose namespaces it is allowed to find Pods.
    { dependsOn: [namespace, ...Object.values(tenants)] },
  );

  return {
    endpoints: platform.endpoints,
    namespaces,
    gpus: {
      capacity: gpuPools.reduce((total, { nodes, gpusPerNode }) => total + nodes * gpusPerNode, 0),
      quotas: mapValues(config.tenants, ({ gpus }) => gpus),
    },
  };
}

function gpuPool({ gpu, gpusPerNode, ...pool }: PoolConfig): GpuPool[] {
  return gpu && gpusPerNode ? [{ ...pool, gpu, gpusPerNode }] : [];
}

/** Dollars for a GPU and hour, by pool, where the price is known. */
function gpuPrices(pools: readonly PoolConfig[]): Record<string, number> {
  const prices = pools.flatMap(gpuPool).flatMap((pool) => {
    const { unitPrice } = poolCost({ ...pool, cpus: 0 }, { minimum: 0, maximum: 0 });
    return unitPrice === undefined ? [] : [[pool.name, unitPrice] as const];
  });
  return Object.fromEntries(prices);
}

function mapValues<In, Out>(
  entries: Readonly<Record<string, In>>,
  map: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, map(value, key)]));
}
