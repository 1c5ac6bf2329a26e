import { engines } from "@genai/catalog";
import {
  apiServerEgress,
  closedExceptFor,
  clusterService,
  contentConfigMap,
  dnsEgress,
  inferenceGroup,
  namespaceNamed,
  ObjectsComponent,
  type ObjectOf,
  oneEvictionAtATime,
  scraperIngress,
  type ScrapeTarget,
  selectorLabels,
  serviceAccountWithoutToken,
  tenantMetadata,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { gatewayRoute } from "../edge/exposure.ts";
import { identityOf, type InferenceServerArgs } from "./inference-server.ts";
import { type InferencePoolSettings, pickerName, proxyNamespaceOf } from "./inference-pool-args.ts";
import { pickerConfiguration, pickerConfigurationText, type PickedEngine } from "./picker-config.ts";
import { pickerPodSpec, pickerPorts } from "./picker-pod.ts";
import type { NodePool } from "./pool.ts";
import { withDefaults } from "./settings.ts";

/** A model behind a Gateway: its server, and the pool of nodes that the endpoint picker runs on. */
export interface ModelPoolArgs extends Omit<InferencePoolSettings, "pool"> {
  server: InferenceServerArgs;
  pool: NodePool;
}

/** The objects that put a model behind a Gateway. */
export type ModelPoolObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  role: ObjectOf<"Role">;
  roleBinding: ObjectOf<"RoleBinding">;
  configuration: ObjectOf<"ConfigMap">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
  service: ObjectOf<"Service">;
  disruptionBudget: ObjectOf<"PodDisruptionBudget">;
  deployment: ObjectOf<"Deployment">;
  inferencePool: ObjectOf<"InferencePool">;
  route: ObjectOf<"HTTPRoute">;
};

const read = ["get", "list", "watch"];

/** The objects that put the model `name` behind a Gateway, as plain data. */
export function modelPoolObjects(name: string, args: ModelPoolArgs): ModelPoolObjects {
  const { server, pool, host, gateway, gatewayNamespace, whenPickerFails = "open" } = args;
  const { namespace, tenant, gracePeriodSeconds, priorityClassName, scraper } = withDefaults(name, server);
  const engine = pickedEngine(server);
  const picker = pickerName(name);
  const identity = pickerIdentity(name);
  const selector = selectorLabels(identity);
  const named = tenantMetadata({ tenant, namespace }, identity);
  const metadata = named(picker);
  const ofModel = named(name);
  const servers = selectorLabels(identityOf(name, engine));
  const configuration = contentConfigMap(metadata, { [pickerConfiguration.file]: pickerConfigurationText(engine) });
  const rbac = "rbac.authorization.k8s.io";
  return {
    serviceAccount: serviceAccountWithoutToken(metadata),
    role: {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata,
      rules: [
        { apiGroups: [""], resources: ["pods"], verbs: read },
        { apiGroups: [inferenceGroup], resources: ["inferencepools"], verbs: read },
        {
          apiGroups: ["inference.networking.x-k8s.io"],
          resources: ["inferenceobjectives", "inferencemodelrewrites"],
          verbs: read,
        },
      ],
    },
    roleBinding: {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbac, kind: "Role", name: picker },
      subjects: [{ kind: "ServiceAccount", name: picker, namespace }],
    },
    configuration,
    networkPolicy: closedExceptFor(metadata, selector, {
      ingress: [
        { from: [namespaceNamed(proxyNamespaceOf(args))], ports: [{ protocol: "TCP", port: "grpc" }] },
        ...scraperIngress("metrics", scraper),
      ],
      egress: [
        dnsEgress,
        apiServerEgress,
        {
          to: [{ podSelector: { matchLabels: servers } }],
          ports: [{ protocol: "TCP", port: engines[engine].metricsPort }],
        },
      ],
    }),
    service: clusterService(metadata, selector, [{ name: "grpc", port: pickerPorts.grpc, appProtocol: "http2" }]),
    disruptionBudget: oneEvictionAtATime(metadata, selector),
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        // A second one would not know which prompts the first has sent where.
        replicas: 1,
        revisionHistoryLimit: 3,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: metadata.labels },
          spec: pickerPodSpec(name, {
            ...{ namespace, pool, gracePeriodSeconds, priorityClassName },
            configuration: configuration.metadata.name,
          }),
        },
      },
    },
    inferencePool: {
      apiVersion: `${inferenceGroup}/v1`,
      kind: "InferencePool",
      metadata: ofModel,
      spec: {
        selector: { matchLabels: servers },
        targetPorts: [{ number: engines[engine].port }],
        endpointPickerRef: {
          name: picker,
          port: { number: pickerPorts.grpc },
          failureMode: whenPickerFails === "open" ? "FailOpen" : "FailClose",
        },
      },
    },
    route: gatewayRoute({
      metadata: ofModel,
      gateway: { name: gateway, namespace: gatewayNamespace },
      host,
      requestSeconds: gracePeriodSeconds,
      backend: { group: inferenceGroup, kind: "InferencePool", name },
    }),
  };
}

function pickedEngine({ engine = "vllm" }: Pick<InferenceServerArgs, "engine">): PickedEngine {
  // inferencePoolProblems refuses the third.
  return engine === "sglang" ? "sglang" : "vllm";
}

function pickerIdentity(name: string) {
  return { application: "endpoint-picker", instance: pickerName(name), component: "endpoint-picker" };
}

/** What a Prometheus reads of the picker of the model `name`. */
export function modelPoolScrapeTargets(name: string, { server: { namespace } }: ModelPoolArgs): ScrapeTarget[] {
  const identity = pickerIdentity(name);
  const selector = selectorLabels(identity);
  return [{ job: identity.instance, source: "endpoint-picker", namespace, selector, port: "metrics" }];
}

/** A model behind a Gateway of the cluster: the route, the InferencePool, and the picker of a replica for each request. */
export class ModelPool extends ObjectsComponent<ModelPoolObjects> {
  /** Where the picker's metrics are. */
  public readonly scrapeTargets: readonly ScrapeTarget[];

  constructor(name: string, args: ModelPoolArgs, options?: pulumi.ComponentResourceOptions) {
    super("serving:ModelPool", name, modelPoolObjects(name, args), options);
    this.scrapeTargets = modelPoolScrapeTargets(name, args);
    this.registerOutputs({});
  }
}
