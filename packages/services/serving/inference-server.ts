import {
  engines,
  imagePullSeconds,
  rolloutFor,
  type Dtype,
  type ModelName,
  type QuantizationName,
} from "@genai/catalog";
import {
  contentName,
  ObjectsComponent,
  selectorLabels,
  throwProblems,
  type ModelObjectives,
  type ObjectOf,
  type ScrapeTarget,
} from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import { servedNames } from "./adapters.ts";
import { autoscalerSpec, type QueueMetric, type Scaling } from "./autoscaler.ts";
import { serverPodSpec } from "./pod.ts";
import type { EngineArgs } from "./engine.ts";
import { engineProgram } from "./engine-programs.ts";
import { httpPortName } from "./probes.ts";
import type { ServerPool } from "./pool.ts";
import { inferenceServerProblems } from "./problems.ts";
import {
  apiKeySecretKey,
  apiKeySecretName,
  scrapeAnnotations,
  serverMetadata,
  serverObjects,
  type ServerObjects,
} from "./server-objects.ts";
import type { ServerArgs } from "./server-args.ts";
import { withDefaults } from "./settings.ts";

/** What a model server is: an engine with one model, in one tenant, on one pool. */
export interface InferenceServerArgs extends ServerArgs, EngineArgs {
  /** Model of the catalogue. */
  model: ModelName;
  /** Nodes that it runs on. */
  pool: ServerPool;
  /** GPUs of one replica; the weights are split between them. @default 1 */
  gpusPerReplica?: number;
  /** Groups among these GPUs that hold successive layers; within a group they share each layer. @default 1 */
  pipelineParallel?: number;
  /** Replicas when idle, at least 1. @default 1 */
  minReplicas?: number;
  /** Replicas under load. Above `minReplicas` an autoscaler owns the number. @default `minReplicas` */
  maxReplicas?: number;
  /** When the autoscaler acts. */
  scaling?: Scaling;
  /** Where the autoscaler reads how many requests wait. @default it scales on CPU */
  queueMetric?: QueueMetric;
  /** Seconds in which 95 of 100 requests get their first token; an alert says when they do not. @default 2 */
  timeToFirstTokenSeconds?: number;
  /** Tokens of prompt and answer together. @default the model's own limit, or the longest that fits; `defaultContextLength` */
  contextLength?: number;
  /** Longest answer in tokens; the server enforces it, and the time to drain follows from it. @default 4096, or the context length if shorter */
  maximumOutputTokens?: number;
  /** @default the model's own; `float16` on GPUs without bfloat16 */
  dtype?: Dtype;
  /** Quantisation to apply while loading. @default the one that the weights are published with */
  quantization?: QuantizationName;
  /** `fp8` halves the key-value cache. @default 16 bits */
  keyValueCacheDtype?: "fp8";
  /** Published as a ConfigMap for the gateway and the UI: vLLM itself has no system prompt. @default none */
  systemPrompt?: string;
  /** Seconds until the first answer. @default derived; never less */
  startupSeconds?: number;
  /** Seconds to finish running answers when stopped. @default derived; never less */
  gracePeriodSeconds?: number;
}

/** The objects of a model server. */
export interface InferenceServerObjects
  extends ServerObjects, Record<string, ObjectOf<InferenceServerKind> | undefined> {
  /** Settings of an engine that reads them from a ConfigMap. */
  model: ObjectOf<"ConfigMap"> | undefined;
  prompt: ObjectOf<"ConfigMap"> | undefined;
  deployment: ObjectOf<"Deployment">;
  autoscaler: ObjectOf<"HorizontalPodAutoscaler"> | undefined;
}

type InferenceServerKind =
  | "ServiceAccount"
  | "Secret"
  | "ConfigMap"
  | "Deployment"
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
  const { model, tenant, namespace, pool, gpusPerReplica, minReplicas, maxReplicas, systemPrompt } = settings;

  const { application, config, secretConfig } = engineProgram(settings);
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
    downloads: !settings.plan.local || settings.adapterDownloadSeconds > 0,
    scraper: settings.engine === "llamaCpp" ? undefined : args.scraper,
  };
  const selector = selectorLabels(server.identity);
  const metadata = serverMetadata(server);
  const configMap = (role: string, data: Record<string, string>): ObjectOf<"ConfigMap"> => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(contentName(`${name}-${role}`, data)),
    immutable: true,
    data,
  });

  const modelConfig = config && configMap("model", { [config.file]: config.text });
  const autoscaled = maxReplicas > minReplicas;
  return {
    ...serverObjects(server),
    model: modelConfig,
    prompt: systemPrompt === undefined ? undefined : configMap("prompt", { "system.txt": systemPrompt }),
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(name),
      spec: {
        // An autoscaler owns the number; stating it as well would reset it at every update.
        ...(!autoscaled && { replicas: minReplicas }),
        revisionHistoryLimit: 3,
        progressDeadlineSeconds: progressDeadlineSeconds(settings),
        strategy: {
          type: "RollingUpdate",
          rollingUpdate: rolloutFor({
            nodes: pool.nodes,
            gpusPerReplica: pool.gpu ? gpusPerReplica : 1,
            freeGpus: settings.freeGpus,
          }),
        },
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: metadata(name).labels,
            annotations: {
              ...scrapeAnnotations(server, metricsPath),
              "genai.platform/model": model,
              "genai.platform/api-key-generation": String(settings.apiKeyGeneration),
              // A change of settings in a Secret restarts no Pod by itself.
              ...(secretConfig && {
                "genai.platform/settings": contentName(application, { settings: secretConfig.text }),
              }),
            },
          },
          spec: serverPodSpec(settings, {
            selector,
            serviceAccountName: name,
            apiKey: { name: apiKeySecretName(name), key: apiKeySecretKey },
            modelConfigMap: config && contentName(`${name}-model`, { [config.file]: config.text }),
          }),
        },
      },
    },
    autoscaler: autoscaled
      ? {
          apiVersion: "autoscaling/v2",
          kind: "HorizontalPodAutoscaler",
          metadata: metadata(name),
          spec: autoscalerSpec({
            ...settings,
            deployment: name,
            // The metrics adapter knows vLLM's queue only.
            queueMetric: settings.engine === "vllm" ? settings.queueMetric : undefined,
          }),
        }
      : undefined,
  };
}

function identityOf(name: string, application: string) {
  return { application, instance: name, component: "inference" };
}

/** Where the metrics of a model server are: nowhere for llama.cpp, which asks for its key there too, and no scraper has that. */
export function inferenceServerScrapeTargets(
  name: string,
  { namespace, engine = "vllm" }: Pick<InferenceServerArgs, "namespace" | "engine">,
): ScrapeTarget[] {
  if (engine === "llamaCpp") return [];
  return [
    {
      job: `${engine}-${name}`,
      source: engine,
      namespace,
      selector: selectorLabels(identityOf(name, engine)),
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
    super("serving:InferenceServer", name, objects, { ...options, childOptions: { deployment: { customTimeouts } } });
    const { service, apiKey, prompt } = this.nodes;
    const { port, apiPath } = engines[settings.engine];
    this.endpoint = pulumi.interpolate`http://${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local:${port}${apiPath}`;
    this.apiKeySecret = apiKey.metadata.name;
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
