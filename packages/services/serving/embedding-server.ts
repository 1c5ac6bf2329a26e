import {
  embeddingModels,
  type EmbeddingModelName,
  type EncoderName,
  engines,
  isEmbeddingModel,
  rolloutFor,
} from "@genai/catalog";
import {
  fingerprint,
  ObjectsComponent,
  type ObjectOf,
  restartAnnotations,
  type ScrapeTarget,
  selectorLabels,
  throwProblems,
  tenantMetadata,
} from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import { embedderMetricsPort, embedderPodSpec, embedderPort } from "./embedding-pod.ts";
import { embedderStartupSeconds, embeddingServerProblems } from "./embedding-problems.ts";
import type { NodePool } from "./pool.ts";
import type { ServerArgs } from "./server-args.ts";
import { scrapeAnnotations, serverObjects, type ServerObjects } from "./server-objects.ts";

/** What an embedding server is: Text Embeddings Inference for one model that embeds or reranks, in one tenant, on GPUs or on CPU. */
export interface EmbeddingServerArgs extends ServerArgs {
  /** Model of the catalogue; whether it embeds or reranks, and the dimension of its vectors, follow from it. */
  model: EncoderName;
  /** Nodes that it runs on: one GPU for each replica where they have some, else their CPUs. */
  pool: NodePool;
  /** @default 1 */
  replicas?: number;
  /** Tokens of all texts that are worked on at once; memory follows from it. @default 16384, or the model's longest text */
  maximumBatchTokens?: number;
}

/** What a collection of vectors and a pipeline take: never a dimension beside it, so that a second, different one cannot be written. */
export interface Embedder {
  /** Base URL of the OpenAI-compatible API inside the cluster. */
  readonly endpoint: pulumi.Output<string>;
  /** Name of the Secret whose key `api-key` clients present. */
  readonly apiKeySecret: pulumi.Output<string>;
  /** Changes with that key. */
  readonly apiKeyFingerprint: pulumi.Input<string>;
  readonly model: EmbeddingModelName;
  /** Elements of each vector. */
  readonly dimension: number;
}

/** The objects of an embedding server. */
export interface EmbeddingServerObjects extends ServerObjects, Record<string, ObjectOf<EmbeddingServerKind>> {
  deployment: ObjectOf<"Deployment">;
}

type EmbeddingServerKind =
  "ServiceAccount" | "Secret" | "Deployment" | "Service" | "PodDisruptionBudget" | "NetworkPolicy";

/**
 * An embedding server's objects as plain data.
 * @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`.
 */
export function embeddingServerObjects(name: string, args: EmbeddingServerArgs): EmbeddingServerObjects {
  throwProblems(embeddingServerProblems(name, args));
  const { model, pool, replicas = 1, apiKeyGeneration = 1 } = args;
  const server = {
    name,
    namespace: args.namespace,
    tenant: args.tenant,
    identity: identityOf(name),
    port: embedderPort,
    apiKey: args.apiKey,
    metricsPort: engines.tei.metricsPort,
    callers: ["worker", "pipeline"] as const,
    downloads: true,
    scraper: args.scraper,
  };
  const metadata = tenantMetadata(server, server.identity);
  const selector = selectorLabels(server.identity);
  return {
    ...serverObjects(server),
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(name),
      spec: {
        replicas,
        revisionHistoryLimit: 3,
        progressDeadlineSeconds: progressDeadlineSeconds(args),
        strategy: {
          type: "RollingUpdate",
          rollingUpdate: rolloutFor({ nodes: pool.nodes, gpusPerReplica: 1, freeGpus: args.freeGpus }),
        },
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: metadata(name).labels,
            annotations: {
              ...scrapeAnnotations(server, engines.tei.metricsPath),
              "genai.platform/model": model,
              "genai.platform/api-key-generation": String(apiKeyGeneration),
              ...restartAnnotations({ "api-key": fingerprint(args.apiKey) }),
            },
          },
          spec: embedderPodSpec(name, args, selector),
        },
      },
    },
  };
}

function identityOf(name: string) {
  return { application: "text-embeddings-inference", instance: name, component: "embedding" };
}

/** Where the metrics of an embedding server are. */
export function embeddingServerScrapeTargets(
  name: string,
  { namespace }: Pick<EmbeddingServerArgs, "namespace">,
): ScrapeTarget[] {
  const selector = selectorLabels(identityOf(name));
  const path = engines.tei.metricsPath;
  return [{ job: `tei-${name}`, source: "tei", namespace, selector, port: embedderMetricsPort, path }];
}

/** A model that turns texts into vectors, behind an OpenAI-compatible API inside the cluster, or scores them, behind TEI's own. */
export class EmbeddingServer extends ObjectsComponent<EmbeddingServerObjects> {
  /** Base URL of the API: a reranking model is asked at `/rerank` below it. */
  public readonly endpoint: pulumi.Output<string>;
  public readonly apiKeySecret: pulumi.Output<string>;
  public readonly apiKeyFingerprint: pulumi.Input<string>;
  public readonly model: EncoderName;
  /** Elements of each vector; undefined for a reranking model. */
  public readonly dimension: number | undefined;
  /** Where its metrics are. */
  public readonly scrapeTargets: readonly ScrapeTarget[];

  /** @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`. */
  constructor(name: string, args: EmbeddingServerArgs, options?: pulumi.ComponentResourceOptions) {
    const objects = embeddingServerObjects(name, args);
    const deadline = progressDeadlineSeconds(args);
    const customTimeouts = { create: `${deadline}s`, update: `${deadline * (args.replicas ?? 1)}s` };
    super("serving:EmbeddingServer", name, objects, { ...options, childOptions: { deployment: { customTimeouts } } });
    const { service, apiKey } = this.nodes;
    const apiPath = isEmbeddingModel(args.model) ? engines.tei.apiPath : "";
    this.endpoint = pulumi.interpolate`http://${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local:${embedderPort}${apiPath}`;
    this.apiKeySecret = apiKey.metadata.name;
    this.apiKeyFingerprint = fingerprint(args.apiKey);
    this.model = args.model;
    this.dimension = isEmbeddingModel(args.model) ? embeddingModels[args.model].dimension : undefined;
    this.scrapeTargets = embeddingServerScrapeTargets(name, args);
    this.registerOutputs({ endpoint: this.endpoint, apiKeySecret: this.apiKeySecret, dimension: this.dimension });
  }
}

/** Whether a server gives vectors: one that reranks does not. */
export function isEmbedder(server: EmbeddingServer): server is EmbeddingServer & Embedder {
  return isEmbeddingModel(server.model);
}

/** Longest time in which a rollout must move on: pulling the image (below 2 GB), starting, and letting the Pod before it go. */
function progressDeadlineSeconds(args: EmbeddingServerArgs): number {
  return 100 + embedderStartupSeconds(args) + 60;
}
