import { images } from "@genai/catalog";
import {
  closedExceptFor,
  dnsEgress,
  type ObjectOf,
  ObjectsComponent,
  oneEvictionAtATime,
  podBase,
  podsOf,
  poolPlacement,
  priorityClassNames,
  restartAnnotations,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  scraperIngress,
  type ScrapeTarget,
  selectorLabels,
  serviceAccountWithoutToken,
  spreadReplicas,
  tenantMetadata,
  throwProblems,
  variablesOf,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { toGateway } from "../edge/gateway-network.ts";
import { scrapeAnnotations } from "../serving/server-objects.ts";
import { collectionFingerprints, collectionTrust, collectionVariables } from "./collection.ts";
import { queueName, queuePassword, queuePort } from "./work-queue.ts";
import { type WorkerPoolArgs, workerResources, type WorkerTask } from "./worker-args.ts";
import { workerPoolProblems } from "./worker-problems.ts";
import { scalerObjects, type ScalerObjects } from "./worker-scaler.ts";

/** Port of a worker's metrics and health. */
const workerPort = 9464;

/** Seconds that a worker may take to finish what it has: a long answer of a model. */
const drainSeconds = 300;

/** The objects of a pool of workers. */
export interface WorkerPoolObjects extends ScalerObjects, Record<string, ObjectOf<WorkerPoolKind> | undefined> {
  deployment: ObjectOf<"Deployment">;
}

type WorkerPoolKind =
  | "ServiceAccount"
  | "Deployment"
  | "PodDisruptionBudget"
  | "NetworkPolicy"
  | "HorizontalPodAutoscaler"
  | "ScaledObject"
  | "TriggerAuthentication";

/**
 * A pool's objects as plain data.
 * @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`.
 */
export function workerPoolObjects(name: string, args: WorkerPoolArgs): WorkerPoolObjects {
  throwProblems(workerPoolProblems(name, args));
  const { minReplicas = 1, scraper } = args;
  const identity = identityOf(name);
  const metadata = tenantMetadata(args, identity);
  const selector = selectorLabels(identity);
  const scalers = scalerObjects(name, args, metadata);
  return {
    serviceAccount: serviceAccountWithoutToken(metadata(name)),
    disruptionBudget: oneEvictionAtATime(metadata(name), selector),
    networkPolicy: closedExceptFor(metadata(`${name}-worker`), selector, {
      ingress: scraperIngress(workerPort, scraper),
      egress: [dnsEgress, { to: [podsOf("queue")] }, ...taskEgress(args.task)],
    }),
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(name),
      spec: {
        // What scales also says how many there are; a number here would be in its way.
        ...(!scalers.autoscaler && !scalers.scaledObject && { replicas: minReplicas }),
        revisionHistoryLimit: 3,
        // A worker that goes leaves its messages to the others: none has to wait for its successor.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: metadata(name).labels,
            annotations: {
              ...scrapeAnnotations({ metricsPort: workerPort, scraper }, "/metrics"),
              ...restartAnnotations(fingerprints(args)),
            },
          },
          spec: podSpec(name, args, selector),
        },
      },
    },
    ...scalers,
  };
}

/** Where the work of a message leads: model, embedder and store are in the tenant's namespace. */
function taskEgress({ kind }: WorkerTask) {
  if (kind === "model") return [{ to: [podsOf("inference")] }];
  if (kind === "embed") return [{ to: [podsOf("embedding", "vector-store")] }];
  // A program of one's own: whatever of the namespace lets it in, and the gateway.
  return [{ to: [{ podSelector: {} }] }, toGateway({})];
}

function identityOf(name: string) {
  return { application: "genai-worker", instance: name, component: "worker" };
}

/** Where the metrics of a pool's workers are. */
function workerScrapeTargets(name: string, { namespace }: Pick<WorkerPoolArgs, "namespace">): ScrapeTarget[] {
  const selector = selectorLabels(identityOf(name));
  return [{ job: `worker-${name}`, source: "genai-worker", namespace, selector, port: "http" }];
}

function podSpec(name: string, args: WorkerPoolArgs, selector: Record<string, string>) {
  const { pool, task, gpusPerReplica = 0, memory = workerResources.memory } = args;
  const trust = collectionTrust(task.kind === "embed" ? task.collection : {});
  const gpus: Record<string, string> = gpusPerReplica > 0 ? { "nvidia.com/gpu": String(gpusPerReplica) } : {};
  return {
    ...poolPlacement(pool),
    topologySpreadConstraints: spreadReplicas(selector),
    ...podBase(name, priorityClassNames.batch),
    ...(gpusPerReplica > 0 && { runtimeClassName: args.runtimeClassName }),
    securityContext: restrictedPodSecurityContext,
    terminationGracePeriodSeconds: drainSeconds + 30,
    containers: [
      {
        name: "worker",
        image: task.kind === "image" ? task.image : images.worker,
        ...(task.kind !== "image" && { args: ["worker"] }),
        env: environment(name, args),
        ports: [{ name: "http", containerPort: workerPort, protocol: "TCP" }],
        // Ready where it reaches its queue; alive where it answers, or a queue that is away would restart every worker.
        startupProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5, failureThreshold: 24 },
        readinessProbe: {
          httpGet: { path: "/readyz", port: "http" },
          periodSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 2,
        },
        livenessProbe: {
          httpGet: { path: "/healthz", port: "http" },
          periodSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 6,
        },
        resources: {
          requests: { cpu: workerResources.cpu, memory, "ephemeral-storage": "128Mi", ...gpus },
          limits: { memory, "ephemeral-storage": "1Gi", ...gpus },
        },
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [{ name: "temporary", mountPath: "/tmp" }, ...trust.volumeMounts],
      },
    ],
    volumes: [{ name: "temporary", emptyDir: { sizeLimit: "512Mi" } }, ...trust.volumes],
  };
}

function environment(name: string, { task, concurrency = 4, maximumDeliveries = 5 }: WorkerPoolArgs) {
  return [
    ...variablesOf({
      QUEUE_HOST: queueName,
      QUEUE_PORT: String(queuePort),
      QUEUE_NAME: name,
      QUEUE_PASSWORD: queuePassword,
      METRICS_PORT: String(workerPort),
      CONCURRENCY: String(concurrency),
      MAXIMUM_DELIVERIES: String(maximumDeliveries),
      DRAIN_SECONDS: String(drainSeconds),
    }),
    ...(task.kind === "model"
      ? variablesOf({ TASK: "model", MODEL_URL: task.endpoint, MODEL_API_KEY: task.apiKey, MODEL: task.model })
      : []),
    ...(task.kind === "embed"
      ? [...variablesOf({ TASK: "embed" }), ...collectionVariables(name, task.collection)]
      : []),
  ];
}

/** Of the secrets among these variables. */
function fingerprints({ task, queueFingerprint }: WorkerPoolArgs) {
  return {
    "queue-password": queueFingerprint,
    ...(task.kind === "model" && { "model-api-key": task.apiKeyFingerprint }),
    ...(task.kind === "embed" && collectionFingerprints(task.collection)),
  };
}

/** Workers that take messages from a queue, as many as the backlog asks for. */
export class WorkerPool extends ObjectsComponent<WorkerPoolObjects> {
  /** Where its metrics are. */
  public readonly scrapeTargets: readonly ScrapeTarget[];

  /** @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`. */
  constructor(name: string, args: WorkerPoolArgs, options?: pulumi.ComponentResourceOptions) {
    super("jobs:WorkerPool", name, workerPoolObjects(name, args), options);
    this.scrapeTargets = workerScrapeTargets(name, args);
    this.registerOutputs({});
  }
}
