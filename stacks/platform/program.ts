import { mapValues } from "@genai/core";
import {
  AddonNamespace,
  addonNamespace,
  addonScrapeTargets,
  deployAddons,
  deployMonitoring,
  gpuRuntimeClassName,
  monitoringScraper,
  queueMetricOf,
} from "@genai/addons";
import { poolPrice } from "@genai/catalog";
import { BatchQueues, GenAIPlatform } from "@genai/services";
import { apiKeyOf, grafanaPasswordKey, queuePasswordOf, vectorStoreKeyOf } from "@genai/secrets";
import { Tenant, tenantNamespace } from "@genai/tenancy";
import * as pulumi from "@pulumi/pulumi";
import { platformJobsOf } from "./jobs.ts";
import { gpuPoolsOf, offeredPool, poolGpus, type PlatformConfig, type PoolConfig } from "./config/index.ts";
import { edgeOf } from "./edge.ts";
import { batchScheduling } from "./scheduling.ts";

/** What a stack tells its users and other stacks. */
export interface PlatformOutputs {
  /** Base URL of each model and vector store inside the cluster, by the name under genai:models, genai:embeddings or genai:vectorStores. */
  endpoints: pulumi.Output<Record<string, string>>;
  /** Base URL of the gateway inside the cluster, if there is one. */
  gateway: pulumi.Output<string> | undefined;
  /** Namespace of each tenant, by the tenant's name. */
  namespaces: Record<string, pulumi.Output<string>>;
  /** GPUs of all pools, and each tenant's quota. */
  gpus: { capacity: number; quotas: Record<string, number> };
}

/**
 * Deploys everything that a stack file asks for: add-ons, then tenants, then what they serve, and what watches all of it.
 * @param secrets Generated values by their key in the stack file: `apiKey-<model>`, `vectorStoreKey-<store>-<user>`, `tenantKey-<tenant>`,
 *   `queuePassword-<tenant>`, `grafanaAdminPassword` …
 */
export function deployPlatform(
  config: PlatformConfig,
  secrets: Readonly<Record<string, pulumi.Input<string>>>,
): PlatformOutputs {
  const { cluster, monitoring } = config;
  const gpuPools = gpuPoolsOf(cluster);
  const mesh = cluster.mesh?.kind;
  const namespace = new AddonNamespace("addons", { mesh });
  const scraper = monitoringScraper(monitoring);
  const { highAvailability } = config.addons;
  const context = {
    namespace: addonNamespace,
    gpuPools,
    runtimeClass: config.addons.nvidiaDevicePlugin.runtimeClass,
    highAvailability,
    kubernetesVersion: cluster.kubernetesVersion,
    scraper,
  };
  const addons = deployAddons(config.addons, context, { mesh, dependsOn: namespace });

  const batch = batchScheduling(config);
  const tenants = mapValues(config.tenants, (tenant, name) => {
    return new Tenant(name, { ...tenant, batch: batch?.quota }, { mesh });
  });
  const namespaces = mapValues(tenants, (tenant) => tenant.namespace);
  if (batch) new BatchQueues("batch-queues", batch.queues, { dependsOn: Object.values(tenants) });

  const secretOf = (key: string) => secrets[key] ?? "";
  const withKey = <Server extends object>(server: Server, name: string) => ({
    ...server,
    apiKey: secretOf(apiKeyOf(name)),
  });
  const platform = new GenAIPlatform(
    "platform",
    {
      pools: cluster.pools.map((pool) => offeredPool(pool, config.addons)),
      // By name, which decides which objects exist; that the namespace is there first follows from `dependsOn`.
      tenants: mapValues(config.tenants, (tenant, name) => ({ ...tenant, namespace: tenantNamespace(name) })),
      models: mapValues(config.models, withKey),
      embeddings: mapValues(config.embeddings, withKey),
      ...edgeOf(config, secrets),
      vectorStores: mapValues(config.vectorStores, (store, name) => ({
        ...store,
        storageClass: cluster.storageClass,
        keys: {
          administrator: secretOf(vectorStoreKeyOf(name, "administrator")),
          application: secretOf(vectorStoreKeyOf(name, "application")),
          readOnly: secretOf(vectorStoreKeyOf(name, "readOnly")),
        },
      })),
      jobs: platformJobsOf(config, (tenant) => secretOf(queuePasswordOf(tenant))),
      runtimeClassName: gpuRuntimeClassName(config.addons.nvidiaDevicePlugin),
      scraper,
      queueMetric: queueMetricOf(monitoring, config.addons),
      sharedStorageClass: cluster.sharedStorageClass,
      leaderWorkerSet: cluster.leaderWorkerSet,
      kubernetesVersion: cluster.kubernetesVersion,
    },
    // Models after the RuntimeClass that their Pods name, and after the quotas and network borders of their tenants.
    { mesh, dependsOn: [...addons, ...Object.values(tenants)] },
  );

  deployMonitoring(
    monitoring,
    config.addons,
    {
      cluster: pulumi.getStack(),
      targets: [...addonScrapeTargets(config.addons, context), ...platform.scrapeTargets],
      objectives: Object.values(platform.servers).map(({ objectives }) => objectives),
      gpuDollarsPerHour: gpuPrices(cluster.pools),
      highAvailability,
      storageClass: cluster.storageClass,
      adminPassword: secretOf(grafanaPasswordKey),
    },
    // After the namespaces in which it is allowed to find Pods.
    { mesh, dependsOn: [namespace, ...Object.values(tenants), ...platform.namespaces] },
  );

  return {
    endpoints: platform.endpoints,
    gateway: platform.gateway?.endpoint,
    namespaces,
    gpus: {
      capacity: cluster.pools.reduce((total, pool) => total + poolGpus(pool, config.addons), 0),
      quotas: mapValues(config.tenants, ({ gpus }) => gpus),
    },
  };
}

/** Dollars for a GPU and hour, by pool, where the price is known. */
function gpuPrices(pools: readonly PoolConfig[]): Record<string, number> {
  const prices = pools
    .filter(({ gpu }) => gpu !== undefined)
    .flatMap((pool) => {
      const { unitPrice } = poolPrice(pool);
      return unitPrice === undefined ? [] : [[pool.name, unitPrice] as const];
    });
  return Object.fromEntries(prices);
}
