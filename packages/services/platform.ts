import {
  type ComponentOptions,
  mapValues,
  ObjectsComponent,
  priorityClassNames,
  type Problem,
  type Scraper,
  type ScrapeTarget,
  throwProblems,
} from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import type { ChatPage } from "./edge/chat-page.ts";
import type { Gateway } from "./edge/gateway.ts";
import { platformEdge, type PlatformEdgeArgs } from "./edge/platform-edge.ts";
import { freeGpus, isGpuPool } from "./free-gpus.ts";
import { deployJobs, platformJobs, type PlatformJobs } from "./jobs/platform-jobs.ts";
import { poolAndTenant } from "./place.ts";
import { priorityObjects, type PriorityObjects } from "./priorities.ts";
import { adapterNameProblems } from "./serving/adapter-problems.ts";
import { embeddingServerProblems } from "./serving/embedding-problems.ts";
import { type Embedder, EmbeddingServer, type EmbeddingServerArgs, isEmbedder } from "./serving/embedding-server.ts";
import { groupPoolProblems } from "./serving/group-problems.ts";
import { ModelPool, type ModelPoolArgs } from "./serving/inference-pool.ts";
import { inferencePoolNameProblems } from "./serving/inference-pool-problems.ts";
import { InferenceServer, type InferenceServerArgs } from "./serving/inference-server.ts";
import type { QueueMetric } from "./serving/autoscaler.ts";
import type { NodePool } from "./serving/pool.ts";
import { promptProblems } from "./prompts/prompt-problems.ts";
import { WeightsMirror } from "./serving/weights-mirror.ts";
import { weightsMirrorName, weightsMirrors } from "./serving/weights-platform.ts";
import { inferenceServerProblems } from "./serving/problems.ts";
import type { VectorStore } from "./vector-store/args.ts";
import { platformVectorStores, type PlatformVectorStore, vectorStore } from "./vector-store/platform-stores.ts";

/** A tenant as the platform's services see it. */
export interface PlatformTenant {
  namespace: string;
  /** Quotas: GPUs, CPUs and memory that its Pods may request together, and Pods. */
  gpus: number;
  cpu: string;
  memory: string;
  pods: number;
}

/** What of a service the platform works out by itself. */
type WorkedOut =
  | "path"
  | "namespace"
  | "pool"
  | "freeGpus"
  | "priorityClassName"
  | "runtimeClassName"
  | "scraper"
  | "queueMetric"
  | "sharedStorageClass"
  | "leaderWorkerSet"
  | "kubernetesVersion";

/** A model to serve: an `InferenceServer` whose pool is given by name, and whose place in the platform is worked out. */
export interface PlatformModel extends Omit<InferenceServerArgs, WorkedOut> {
  /** Name of a pool: with GPUs, or without for llama.cpp. */
  pool: string;
}

/** A model that embeds or reranks: an `EmbeddingServer` in the same way. */
export interface PlatformEmbedding extends Omit<EmbeddingServerArgs, WorkedOut> {
  /** Name of a pool, with GPUs or without. */
  pool: string;
}

/** The services of the platform. */
export interface GenAIPlatformArgs extends PlatformEdgeArgs {
  pools: readonly NodePool[];
  tenants: Readonly<Record<string, PlatformTenant>>;
  /** What to serve, by the name that clients and other objects use. */
  models: Readonly<Record<string, PlatformModel>>;
  /** What embeds texts or ranks them, by the name that clients, collections and pipelines use. @default none */
  embeddings?: Readonly<Record<string, PlatformEmbedding>>;
  /** What keeps vectors, by the name that pipelines and applications use. @default none */
  vectorStores?: Readonly<Record<string, PlatformVectorStore>>;
  /** Queues, workers and pipelines. @default none */
  jobs?: PlatformJobs;
  /** RuntimeClass of everything that uses a GPU. @default the cluster's default */
  runtimeClassName?: string;
  /** Who may read every server's metrics. @default nobody */
  scraper?: Scraper;
  /** Where autoscalers read how many requests wait for a model. @default they scale on CPU */
  queueMetric?: QueueMetric;
  /** StorageClass of volumes that Pods of several nodes read; mirrored weights need one. @default none */
  sharedStorageClass?: string;
  /** Whether the cluster runs the LeaderWorkerSet controller, which replicas over several nodes need. @default false */
  leaderWorkerSet?: boolean;
  /** Minor version of the cluster's Kubernetes, `1.36`. @default one that has everything */
  kubernetesVersion?: string;
}

/** Every service of the platform, wired to each other by their outputs. */
export class GenAIPlatform extends ObjectsComponent<PriorityObjects> {
  /** The model servers, by their names. */
  public readonly servers: Readonly<Record<string, InferenceServer>>;
  /** What puts models behind a Gateway of the cluster, by the names of the models. */
  public readonly modelPools: Readonly<Record<string, ModelPool>>;
  /** The caches of weights, by the names of their tenants. */
  public readonly mirrors: Readonly<Record<string, WeightsMirror>>;
  /** The embedding servers, those that rerank among them, by their names. */
  public readonly embedders: Readonly<Record<string, EmbeddingServer>>;
  /** The vector stores, by their names. */
  public readonly vectorStores: Readonly<Record<string, VectorStore>>;
  /** The gateway, if there is one. */
  public readonly gateway: Gateway | undefined;
  /** The chat page, if there is one. */
  public readonly ui: ChatPage | undefined;
  /** Base URL of each server and vector store inside the cluster, by its name. */
  public readonly endpoints: pulumi.Output<Record<string, string>>;
  /** The namespaces that it made: the gateway's, if there is one. */
  public readonly namespaces: readonly pulumi.Resource[];
  /** Where the metrics of all of them are. */
  public readonly scrapeTargets: readonly ScrapeTarget[];

  /** @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`, before the first child. */
  constructor(name: string, args: GenAIPlatformArgs, options?: ComponentOptions) {
    const { servers, embedders, problems } = platformServers(args);
    const { stores, problems: storeProblems } = platformVectorStores(args, priorityClassNames.system);
    const jobs = platformJobs(args);
    throwProblems([...problems, ...storeProblems, ...promptProblems(args.prompts ?? {}, args), ...jobs.problems]);
    super("services:GenAIPlatform", name, priorityObjects(name), options);
    const child = { parent: this, dependsOn: Object.values(this.nodes) };
    const mirrors = mapValues(weightsMirrors(servers), (mirror) => {
      return new WeightsMirror(weightsMirrorName(mirror.tenant), mirror, child);
    });
    const encoders = mapValues(embedders, (serverArgs, key) => new EmbeddingServer(key, serverArgs, child));
    const services = {
      servers: mapValues(servers, (serverArgs, key) => {
        // A server of mirrored weights comes after the Job that fetches them.
        const dependsOn = [...child.dependsOn, ...(mirrors[serverArgs.tenant]?.loaders(serverArgs) ?? [])];
        return new InferenceServer(key, serverArgs, { parent: this, dependsOn });
      }),
      embedders: Object.fromEntries(
        Object.entries(encoders).filter((each): each is [string, EmbeddingServer & Embedder] => isEmbedder(each[1])),
      ),
      vectorStores: mapValues(stores, (storeArgs, key) => vectorStore(key, storeArgs, child)),
    };
    this.modelPools = mapValues(modelPools(servers, args.pools), (pool, key) => {
      return new ModelPool(key, pool, child);
    });
    this.mirrors = mirrors;
    this.servers = services.servers;
    this.embedders = encoders;
    this.vectorStores = services.vectorStores;
    const answering = { ...this.servers, ...this.embedders };
    const { gateway, ui } = platformEdge(args, answering, priorityClassNames.serving, child);
    this.gateway = gateway;
    this.ui = ui;
    this.namespaces = gateway ? [gateway.nodes.namespace] : [];
    this.endpoints = pulumi.output(mapValues({ ...answering, ...this.vectorStores }, ({ endpoint }) => endpoint));
    const scraped = [
      ...Object.values({ ...answering, ...this.vectorStores }),
      ...Object.values(this.modelPools),
      ...(gateway ? [gateway] : []),
    ];
    this.scrapeTargets = [...scraped.flatMap((each) => each.scrapeTargets), ...deployJobs(jobs, services, child)];
    this.registerOutputs({ endpoints: this.endpoints });
  }
}

/** The arguments of each server, and what is wrong with them. */
export function platformServers(args: GenAIPlatformArgs): {
  servers: Record<string, InferenceServerArgs>;
  embedders: Record<string, EmbeddingServerArgs>;
  problems: Problem[];
} {
  const servers: Record<string, InferenceServerArgs> = {};
  const embedders: Record<string, EmbeddingServerArgs> = {};
  const { models, embeddings = {}, pools } = args;
  const others = Object.entries(embeddings).map(([name, each]) => [`genai:embeddings.${name}`, each] as const);
  const problems: Problem[] = [
    ...adapterNameProblems(models, embeddings),
    ...inferencePoolNameProblems(models, embeddings),
    ...groupPoolProblems(models, pools, Object.fromEntries(others)),
  ];
  for (const [name, model] of Object.entries(args.models)) {
    const path = `genai:models.${name}`;
    const place = placeOf(path, model, args, problems);
    if (!place) continue;
    if (model.engine !== "llamaCpp" && !isGpuPool(place.pool)) {
      const known = args.pools.filter(isGpuPool).map((candidate) => candidate.name);
      const message = `"${model.pool}" is no pool with GPUs; those are: ${known.join(", ") || "none"}`;
      problems.push({ path: `${path}.pool`, message });
      continue;
    }
    servers[name] = { ...model, ...place, pool: place.pool, queueMetric: args.queueMetric };
    problems.push(...inferenceServerProblems(name, servers[name]), ...pickerPoolProblems(path, model, args.pools));
  }
  for (const [name, embedding] of Object.entries(args.embeddings ?? {})) {
    const path = `genai:embeddings.${name}`;
    if (args.models[name])
      problems.push({ path, message: `"${name}" is already the name of genai:models.${name}; rename one` });
    const place = placeOf(path, embedding, args, problems);
    if (!place) continue;
    embedders[name] = { ...embedding, ...place };
    problems.push(...embeddingServerProblems(name, embedders[name]));
  }
  return { servers, embedders, problems };
}

/** The models behind a Gateway of the cluster, each with the pool of nodes that its picker runs on. */
function modelPools(
  servers: Readonly<Record<string, InferenceServerArgs>>,
  pools: readonly NodePool[],
): Record<string, ModelPoolArgs> {
  return Object.fromEntries(
    Object.entries(servers).flatMap(([name, server]) => {
      const { inferencePool } = server;
      const pool = pools.find((candidate) => candidate.name === inferencePool?.pool);
      return inferencePool && pool ? [[name, { ...inferencePool, server, pool }]] : [];
    }),
  );
}

function pickerPoolProblems(path: string, { inferencePool }: PlatformModel, pools: readonly NodePool[]): Problem[] {
  const names = pools.map(({ name }) => name);
  if (!inferencePool || names.includes(inferencePool.pool)) return [];
  const message = `"${inferencePool.pool}" is no pool; there are: ${names.join(", ") || "none"}`;
  return [{ path: `${path}.inferencePool.pool`, message }];
}

/** What of a server follows from the platform around it; nothing, and a problem, if its pool or tenant is not there. */
function placeOf(
  path: string,
  server: PlatformModel | PlatformEmbedding,
  args: GenAIPlatformArgs,
  problems: Problem[],
) {
  const found = poolAndTenant(path, server, args, problems);
  if (!found) return undefined;
  const { pool, tenant } = found;
  return {
    path,
    pool,
    namespace: tenant.namespace,
    freeGpus: freeGpus(args, pool, server),
    priorityClassName: priorityClassNames.serving,
    runtimeClassName: args.runtimeClassName,
    scraper: args.scraper,
    sharedStorageClass: args.sharedStorageClass,
    leaderWorkerSet: args.leaderWorkerSet,
    kubernetesVersion: args.kubernetesVersion,
  };
}
