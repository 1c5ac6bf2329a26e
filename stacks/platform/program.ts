import { AddonNamespace, addonNamespace, deployAddons, gpuRuntimeClassName } from "@genai/addons";
import { GenAIPlatform } from "@genai/services";
import { apiKeyOf, queuePasswordOf } from "@genai/secrets";
import { Tenant } from "@genai/tenancy";
import type * as pulumi from "@pulumi/pulumi";
import { platformJobsOf } from "./jobs.ts";
import { gpuPoolsOf, offeredPool, poolGpus, type PlatformConfig } from "./config/index.ts";

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
 * Deploys everything that a stack file asks for: add-ons, then tenants, then what they serve.
 * @param secrets Generated values by their key in the stack file: `apiKey-<model>`, `queuePassword-<tenant>`.
 */
export function deployPlatform(
  config: PlatformConfig,
  secrets: Readonly<Record<string, pulumi.Input<string>>>,
): PlatformOutputs {
  const { cluster, monitoring } = config;
  const gpuPools = gpuPoolsOf(cluster);
  const namespace = new AddonNamespace("addons");
  const addons = deployAddons(
    config.addons,
    {
      namespace: addonNamespace,
      gpuPools,
      runtimeClass: config.addons.nvidiaDevicePlugin.runtimeClass,
      highAvailability: config.addons.highAvailability,
      kubernetesVersion: cluster.kubernetesVersion,
      scraper: monitoring.namespace === undefined ? undefined : { namespace: monitoring.namespace },
    },
    { dependsOn: namespace },
  );

  const tenants = mapValues(config.tenants, (tenant, name) => new Tenant(name, tenant));
  const namespaces = mapValues(tenants, (tenant) => tenant.namespace);

  const withKey = <Server extends object>(server: Server, name: string) => ({
    ...server,
    apiKey: secrets[apiKeyOf(name)] ?? "",
  });
  const platform = new GenAIPlatform(
    "platform",
    {
      pools: cluster.pools.map((pool) => offeredPool(pool, config.addons)),
      tenants: mapValues(config.tenants, (tenant, name) => ({ ...tenant, namespace: namespaces[name] ?? "" })),
      models: mapValues(config.models, withKey),
      embeddings: mapValues(config.embeddings, withKey),
      jobs: platformJobsOf(config, (tenant) => secrets[queuePasswordOf(tenant)] ?? ""),
      runtimeClassName: gpuRuntimeClassName(config.addons.nvidiaDevicePlugin),
      monitoringNamespace: monitoring.namespace,
    },
    // Models after the RuntimeClass that their Pods name, and after the quotas and network borders of their tenants.
    { dependsOn: [...addons, ...Object.values(tenants)] },
  );

  return {
    endpoints: platform.endpoints,
    namespaces,
    gpus: {
      capacity: cluster.pools.reduce((total, pool) => total + poolGpus(pool, config.addons), 0),
      quotas: mapValues(config.tenants, ({ gpus }) => gpus),
    },
  };
}

function mapValues<In, Out>(
  entries: Readonly<Record<string, In>>,
  map: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, map(value, key)]));
}
