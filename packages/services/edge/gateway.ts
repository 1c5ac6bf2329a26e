import {
  closedExceptFor,
  clusterService,
  contentName,
  fingerprint,
  mapValues,
  type ObjectOf,
  ObjectsComponent,
  oneEvictionAtATime,
  recommendedLabels,
  restartAnnotations,
  restrictedNamespaceLabels,
  type ScrapeTarget,
  selectorLabels,
  serviceAccountWithoutToken,
  tenantLabel,
  tenantsOwnPods,
  throwProblems,
} from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import { promptObjects } from "../prompts/prompt-objects.ts";
import { promptProblems } from "../prompts/prompt-problems.ts";
import { autoscalerSpec, defaultScaling } from "../serving/autoscaler.ts";
import { gatewayNamespaceLabel } from "../serving/network.ts";
import { httpPortName } from "../serving/probes.ts";
import { scrapeAnnotations } from "../serving/server-objects.ts";
import { cacheObjects, cachePort } from "./cache.ts";
import { exposureObjects } from "./exposure.ts";
import type { GatewayArgs, GatewayObjects, GatewayTenant } from "./gateway-args.ts";
import { gatewayFiles } from "./gateway-config.ts";
import { gatewayEdges, toGateway } from "./gateway-network.ts";
import {
  gatewayGraceSeconds,
  gatewayMetrics,
  gatewayStartupSeconds,
  gatewayPodSpec,
  gatewayPort,
  masterKeyKey,
} from "./gateway-pod.ts";
import { gatewayProblems, requestSeconds } from "./gateway-problems.ts";

/** Namespace of the gateway: none of a tenant's, because the keys of all models are there. */
export const gatewayNamespace = "genai-gateway";

/** Name of the platform's gateway, and of its objects. */
export const gatewayName = "gateway";

/** Name of the Secret with the tenants' keys, in the gateway's namespace: each under its tenant's name, a former one under `<tenant>.previous`. */
export function tenantKeysSecretName(gateway: string): string {
  return `${gateway}-tenants`;
}

const identityOf = (name: string) => ({ application: "litellm", instance: name, component: "gateway" });

/**
 * A gateway's objects. The name of its configuration, a hash of its content, is known once the models' addresses are.
 * @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`.
 */
export function gatewayObjects(name: string, args: GatewayArgs): GatewayObjects {
  const { prompts = {} } = args;
  throwProblems([...gatewayProblems(args), ...promptProblems(prompts, { ...args, gateway: args })]);
  const { models, tenants, pool, replicas = 2, maxReplicas = replicas, exposure, scraper } = args;
  const namespace = gatewayNamespace;
  const selector = selectorLabels(identityOf(name));
  const labels = recommendedLabels(identityOf(name));
  const metadata = (objectName: string) => ({ name: objectName, namespace, labels });
  const cache = `${name}-cache`;
  const secrets = { master: `${name}-key`, models: `${name}-models`, tenants: tenantKeysSecretName(name), cache };
  const files = pulumi
    .output(mapValues(models, ({ endpoint }) => endpoint))
    .apply((endpoints) => gatewayFiles(args, endpoints, { host: cache, port: cachePort }));
  const configuration = files.apply((data) => contentName(name, data));
  const secret = (key: string, stringData: Record<string, pulumi.Input<string>>): ObjectOf<"Secret"> => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadata(key),
    stringData,
  });
  const autoscaled = maxReplicas > replicas;
  return {
    namespace: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: namespace,
        labels: { ...labels, ...restrictedNamespaceLabels, [gatewayNamespaceLabel]: "true" },
      },
    },
    defaultDeny: closedExceptFor(metadata("default-deny"), {}, {}),
    serviceAccount: serviceAccountWithoutToken(metadata(name)),
    masterKey: secret(secrets.master, { [masterKeyKey]: args.masterKey }),
    modelKeys: secret(
      secrets.models,
      mapValues(models, ({ apiKey }) => apiKey),
    ),
    tenantKeys: secret(secrets.tenants, tenantKeys(tenants)),
    configuration: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...metadata(name), name: configuration },
      immutable: true,
      data: files,
    },
    ...promptObjects(
      prompts,
      mapValues(prompts, ({ model }) => models[model]?.tenant ?? ""),
      { namespace, labels },
    ),
    networkPolicy: closedExceptFor(metadata(name), selector, gatewayEdges(cache, args)),
    ...Object.fromEntries(
      Object.entries(tenants).map(([tenant, each]) => [
        `tenant-${tenant}`,
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: { name: "allow-gateway", namespace: each.namespace, labels: { ...labels, [tenantLabel]: tenant } },
          spec: { ...tenantsOwnPods, policyTypes: ["Egress"], egress: [toGateway(selector)] },
        } satisfies ObjectOf<"NetworkPolicy">,
      ]),
    ),
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(name),
      spec: {
        // An autoscaler owns the number; stating it as well would reset it at every update.
        ...(!autoscaled && { replicas }),
        revisionHistoryLimit: 3,
        progressDeadlineSeconds: progressDeadlineSeconds(args),
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels,
            annotations: {
              ...scrapeAnnotations({ metricsPort: gatewayMetrics.port, scraper }, "/metrics"),
              ...restartAnnotations(gatewayFingerprints(args)),
            },
          },
          spec: gatewayPodSpec(args, { serviceAccount: name, selector, configuration, secrets }),
        },
      },
    },
    service: clusterService(metadata(name), selector, [{ name: httpPortName, port: gatewayPort }]),
    disruptionBudget: oneEvictionAtATime(metadata(name), selector),
    autoscaler: autoscaled
      ? {
          apiVersion: "autoscaling/v2",
          kind: "HorizontalPodAutoscaler",
          metadata: metadata(name),
          spec: autoscalerSpec({
            deployment: name,
            minReplicas: replicas,
            maxReplicas,
            scaling: { ...defaultScaling, ...args.scaling },
          }),
        }
      : undefined,
    ...exposureObjects(exposure, {
      metadata: metadata(name),
      service: name,
      port: gatewayPort,
      requestSeconds: requestSeconds(args),
      // Not its probes, nor the names without a version.
      path: "/v1",
    }),
    ...cacheObjects(cache, {
      namespace,
      pool,
      password: args.cachePassword,
      clients: selector,
      priorityClassName: args.priorityClassName,
    }),
  };
}

/** What the Secret of the tenants' keys holds, a file each. */
function tenantKeys(tenants: Readonly<Record<string, GatewayTenant>>): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(tenants).flatMap(([tenant, { key, previousKey }]) => [
      [tenant, key],
      ...(previousKey === undefined ? [] : [[`${tenant}.previous`, previousKey]]),
    ]),
  );
}

/**
 * Of all its secrets. A tenant's key would reach its Pods without a restart, within about a minute; with one it is valid everywhere once
 * the update has ended.
 */
function gatewayFingerprints({ models, tenants, masterKey, cachePassword }: GatewayArgs) {
  const prefixed = (prefix: string, values: Readonly<Record<string, pulumi.Input<string>>>) =>
    Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, fingerprint(value)] as const);
  const modelKeys = mapValues(models, ({ apiKey }) => apiKey);
  return Object.fromEntries([
    ...prefixed("gateway", { masterKey, cachePassword }),
    ...prefixed("model", modelKeys),
    ...prefixed("tenant", tenantKeys(tenants)),
  ]);
}

/** Where the gateway's metrics are read. */
export function gatewayScrapeTargets(name: string): ScrapeTarget[] {
  const selector = selectorLabels(identityOf(name));
  return [{ job: "litellm", source: "litellm", namespace: gatewayNamespace, selector, port: gatewayMetrics.name }];
}

/** The one address of all models: tells tenants apart by their keys, limits, retries and falls back. */
export class Gateway extends ObjectsComponent<GatewayObjects> {
  /** Base URL of its OpenAI-compatible API inside the cluster. */
  public readonly endpoint: pulumi.Output<string>;
  /** Where its metrics are. */
  public readonly scrapeTargets: readonly ScrapeTarget[];

  /** @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`. */
  constructor(name: string, args: GatewayArgs, options?: pulumi.ComponentResourceOptions) {
    const objects = gatewayObjects(name, args);
    const deadline = progressDeadlineSeconds(args);
    const replicas = args.maxReplicas ?? args.replicas ?? 2;
    const customTimeouts = { create: `${deadline}s`, update: `${deadline * replicas}s` };
    super("edge:Gateway", name, objects, { ...options, childOptions: { deployment: { customTimeouts } } });
    const { metadata } = this.nodes.service;
    this.endpoint = pulumi.interpolate`http://${metadata.name}.${metadata.namespace}.svc.cluster.local:${gatewayPort}/v1`;
    this.scrapeTargets = gatewayScrapeTargets(name);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** Longest time in which a rollout must move on: pulling the image (about 1 GB), starting, and letting the Pod before it drain. */
function progressDeadlineSeconds(args: GatewayArgs): number {
  return 120 + gatewayStartupSeconds + gatewayGraceSeconds(args);
}
