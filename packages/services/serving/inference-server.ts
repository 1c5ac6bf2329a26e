import { engines, imagePullSeconds } from "@genai/catalog";
import {
  contentConfigMap,
  contentName,
  fingerprint,
  ObjectsComponent,
  restartAnnotations,
  selectorLabels,
  throwProblems,
  type ModelObjectives,
  type ObjectOf,
  type ScrapeTarget,
  tenantMetadata,
} from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import { servedNames } from "./adapters.ts";
import { autoscalerSpec } from "./autoscaler.ts";
import { serverPodSpec } from "./pod.ts";
import { engineProgram } from "./engine-programs.ts";
import { groupRoleLabel, leaderLabels, replicaShape } from "./group.ts";
import { httpPortName } from "./probes.ts";
import { proxyNamespaceOf } from "./inference-pool-args.ts";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import { inferenceServerProblems } from "./problems.ts";
import {
  apiKeySecretKey,
  apiKeySecretName,
  scrapeAnnotations,
  serverObjects,
  type ServerObjects,
} from "./server-objects.ts";
import { withDefaults } from "./settings.ts";
import { scaleTarget, serverWorkload } from "./workload.ts";

export type { InferenceServerArgs } from "./inference-server-args.ts";

/** The objects of a model server. */
export interface InferenceServerObjects
  extends ServerObjects, Record<string, ObjectOf<InferenceServerKind> | undefined> {
  /** Settings of an engine that reads them from a ConfigMap. */
  model: ObjectOf<"ConfigMap"> | undefined;
  prompt: ObjectOf<"ConfigMap"> | undefined;
  /** Where a replica runs on one node. */
  deployment: ObjectOf<"Deployment"> | undefined;
  /** Where it takes several. */
  group: ObjectOf<"LeaderWorkerSet"> | undefined;
  autoscaler: ObjectOf<"HorizontalPodAutoscaler"> | undefined;
}

type InferenceServerKind =
  | "ServiceAccount"
  | "Secret"
  | "ConfigMap"
  | "Deployment"
  | "LeaderWorkerSet"
  | "Service"
  | "PodDisruptionBudget"
  | "HorizontalPodAutoscaler"
  | "NetworkPolicy";

/**
 * A model server's objects as plain data.
 * @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`.
 */
export function inferenceServerObjects(name: string, args: InferenceServerArgs): InferenceServerObjects {
  throwProblems(inferenceServerProblems(name, args));
  const settings = withDefaults(name, args);
  const { model, tenant, namespace, minReplicas, maxReplicas, systemPrompt } = settings;

  const program = engineProgram(settings);
  const { application, config, secretConfig } = program;
  const { port, metricsPort, metricsPath } = engines[settings.engine];
  const server = {
    name,
    namespace,
    tenant,
    identity: identityOf(name, application),
    port,
    apiKey: args.apiKey,
    metricsPort,
    ...(secretConfig && { secretFiles: { [secretConfig.file]: secretConfig.withKey(args.apiKey) } }),
    callers: args.inferencePool ? (["worker", "endpoint-picker"] as const) : (["worker"] as const),
    downloads: !settings.plan.local || settings.adapterDownloadSeconds > 0,
    scraper: settings.engine === "llamaCpp" ? undefined : args.scraper,
    leader: leaderLabels(settings.shape),
    proxyNamespace: args.inferencePool && proxyNamespaceOf(args.inferencePool),
  };
  const selector = selectorLabels(server.identity);
  const metadata = tenantMetadata(server, server.identity);
  const configMap = (role: string, data: Record<string, string>) => contentConfigMap(metadata(`${name}-${role}`), data);

  const modelConfig = config && configMap("model", { [config.file]: config.text });
  const autoscaled = maxReplicas > minReplicas;
  const workload = serverWorkload(settings, {
    metadata,
    selector,
    progressDeadlineSeconds: progressDeadlineSeconds(settings),
    template: (role) => ({
      metadata: {
        labels: { ...metadata(name).labels, ...(role && { [groupRoleLabel]: role }) },
        annotations: {
          // Workers serve no metrics.
          ...(role !== "worker" && scrapeAnnotations(server, metricsPath)),
          "genai.platform/model": model,
          "genai.platform/api-key-generation": String(settings.apiKeyGeneration),
          // Workers ask nobody for a key.
          ...(role !== "worker" && restartAnnotations({ "api-key": fingerprint(args.apiKey) })),
          // A change of settings in a Secret restarts no Pod by itself.
          ...(secretConfig && {
            "genai.platform/settings": contentName(application, { settings: secretConfig.text }),
          }),
        },
      },
      spec: serverPodSpec(settings, {
        program,
        selector,
        serviceAccountName: name,
        apiKey: { name: apiKeySecretName(name), key: apiKeySecretKey },
        modelConfigMap: modelConfig?.metadata.name,
        role,
      }),
    }),
  });
  return {
    ...serverObjects(server),
    model: modelConfig,
    prompt: systemPrompt === undefined ? undefined : configMap("prompt", { "system.txt": systemPrompt }),
    ...workload,
    autoscaler: autoscaled
      ? {
          apiVersion: "autoscaling/v2",
          kind: "HorizontalPodAutoscaler",
          metadata: metadata(name),
          spec: autoscalerSpec({
            ...settings,
            deployment: name,
            target: scaleTarget(settings),
            // The metrics adapter knows vLLM's queue only.
            queueMetric: settings.engine === "vllm" ? settings.queueMetric : undefined,
          }),
        }
      : undefined,
  };
}

/** What identifies the Pods of a model server. */
export function identityOf(name: string, application: string) {
  return { application, instance: name, component: "inference" };
}

/** Where the metrics of a model server are: nowhere for llama.cpp, which asks for its key there too, and no scraper has that. */
export function inferenceServerScrapeTargets(
  name: string,
  {
    namespace,
    engine = "vllm",
    pool,
    gpusPerReplica,
  }: Pick<InferenceServerArgs, "namespace" | "engine" | "pool" | "gpusPerReplica">,
): ScrapeTarget[] {
  if (engine === "llamaCpp") return [];
  return [
    {
      job: `${engine}-${name}`,
      source: engine,
      namespace,
      selector: {
        ...selectorLabels(identityOf(name, engine)),
        ...leaderLabels(replicaShape({ engine, gpusPerReplica }, pool)),
      },
      port: httpPortName,
      path: engines[engine].metricsPath,
    },
  ];
}

/** What is promised of a model server. */
export function inferenceServerObjectives(name: string, args: InferenceServerArgs): ModelObjectives {
  const { namespace, tenant, startupSeconds, timeToFirstTokenSeconds } = withDefaults(name, args);
  return { workload: name, namespace, tenant, startupSeconds, timeToFirstTokenSeconds };
}

/** A model behind an OpenAI-compatible API inside the cluster. */
export class InferenceServer extends ObjectsComponent<InferenceServerObjects> {
  /** Base URL of the API inside the cluster: `http://chat.tenant-research.svc.cluster.local:8000/v1`. */
  public readonly endpoint: pulumi.Output<string>;
  /** Name of the Secret whose key `api-key` clients present. */
  public readonly apiKeySecret: pulumi.Output<string>;
  /** Changes with that key. */
  public readonly apiKeyFingerprint: pulumi.Input<string>;
  /** Name of the ConfigMap whose `system.txt` is the system prompt, if there is one. */
  public readonly promptConfigMap: pulumi.Output<string> | undefined;
  /** Names by which clients ask for it: its own, and those of its adapters. */
  public readonly servedNames: readonly string[];
  /** Where its metrics are. */
  public readonly scrapeTargets: readonly ScrapeTarget[];
  /** What is promised of it. */
  public readonly objectives: ModelObjectives;

  constructor(name: string, args: InferenceServerArgs, options?: pulumi.ComponentResourceOptions) {
    const objects = inferenceServerObjects(name, args);
    const settings = withDefaults(name, args);
    const deadline = progressDeadlineSeconds(settings);
    // The engine's own patience is ten minutes, less than a large model needs; replicas may have to change one after the other.
    const customTimeouts = {
      create: `${deadline}s`,
      update: `${deadline * settings.maxReplicas}s`,
    };
    super("serving:InferenceServer", name, objects, {
      ...options,
      childOptions: { deployment: { customTimeouts }, group: { customTimeouts } },
    });
    const { service, apiKey, prompt } = this.nodes;
    const { port, apiPath } = engines[settings.engine];
    this.endpoint = pulumi.interpolate`http://${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local:${port}${apiPath}`;
    this.apiKeySecret = apiKey.metadata.name;
    this.apiKeyFingerprint = fingerprint(args.apiKey);
    this.promptConfigMap = prompt?.metadata.name;
    this.servedNames = servedNames(name, args);
    this.scrapeTargets = inferenceServerScrapeTargets(name, args);
    this.objectives = inferenceServerObjectives(name, args);
    this.registerOutputs({
      endpoint: this.endpoint,
      apiKeySecret: this.apiKeySecret,
      promptConfigMap: this.promptConfigMap,
    });
  }
}

/** Longest time in which a rollout must move on: pulling the image, downloading adapters, starting, and letting the Pod before it drain. */
function progressDeadlineSeconds(settings: ReturnType<typeof withDefaults>): number {
  const { adapterDownloadSeconds, startupSeconds, gracePeriodSeconds } = settings;
  return imagePullSeconds + adapterDownloadSeconds + startupSeconds + gracePeriodSeconds;
}
