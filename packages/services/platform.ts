import { ObjectsComponent, recommendedLabels, type ObjectOf, type Problem } from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import { InferenceServer, type InferenceServerArgs } from "./serving/inference-server.ts";
import type { GpuPool } from "./serving/pool.ts";
import { inferenceServerProblems, throwProblems } from "./serving/problems.ts";

/** A tenant as the platform's services see it. */
export interface PlatformTenant {
  namespace: pulumi.Input<string>;
  /** GPU quota. */
  gpus: number;
}

/** A model to serve: an `InferenceServer` whose pool is given by name, and whose place in the platform is worked out. */
export interface PlatformModel extends Omit<
  InferenceServerArgs,
  "path" | "namespace" | "pool" | "freeGpus" | "priorityClassName" | "runtimeClassName"
> {
  /** Name of a pool with GPUs. */
  pool: string;
}

/** The services of the platform. */
export interface GenAIPlatformArgs {
  /** Pools with GPUs. */
  pools: readonly GpuPool[];
  tenants: Readonly<Record<string, PlatformTenant>>;
  /** What to serve, by the name that clients and other objects use. */
  models: Readonly<Record<string, PlatformModel>>;
  /** RuntimeClass of everything that uses a GPU. @default the cluster's default */
  runtimeClassName?: string;
}

/** Name of the PriorityClass of everything that answers users. */
export const servingPriorityClassName = "genai-serving";

/** The platform's own objects, beside those of its services. */
export interface GenAIPlatformObjects extends Record<string, ObjectOf<"PriorityClass">> {
  servingPriority: ObjectOf<"PriorityClass">;
}

/** The platform's own objects as plain data. */
export function genAIPlatformObjects(name: string): GenAIPlatformObjects {
  return {
    servingPriority: {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: {
        name: servingPriorityClassName,
        labels: recommendedLabels({ application: "genai-platform", instance: name, component: "serving" }),
      },
      // Above workloads without a class (0), far below the system's own classes (2,000,000,000).
      value: 100_000,
      globalDefault: false,
      description: "Services that answer users; they take GPUs back from batch work.",
    },
  };
}

/** Every service of the platform, wired to each other by their outputs. */
export class GenAIPlatform extends ObjectsComponent<GenAIPlatformObjects> {
  /** The model servers, by their names. */
  public readonly servers: Readonly<Record<string, InferenceServer>>;
  /** Base URL of each model's API inside the cluster, by the model server's name. */
  public readonly endpoints: pulumi.Output<Record<string, string>>;

  /** @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`, before the first child. */
  constructor(name: string, args: GenAIPlatformArgs, options?: pulumi.ComponentResourceOptions) {
    const { servers, problems } = inferenceServers(args);
    throwProblems(problems);
    super("services:GenAIPlatform", name, genAIPlatformObjects(name), options);
    this.servers = Object.fromEntries(
      Object.entries(servers).map(([serverName, serverArgs]) => [
        serverName,
        new InferenceServer(serverName, serverArgs, { parent: this, dependsOn: this.nodes.servingPriority }),
      ]),
    );
    this.endpoints = pulumi.output(
      Object.fromEntries(Object.entries(this.servers).map(([serverName, { endpoint }]) => [serverName, endpoint])),
    );
    this.registerOutputs({ endpoints: this.endpoints });
  }
}

/** The arguments of each model server, and what is wrong with them. */
export function inferenceServers(args: GenAIPlatformArgs): {
  servers: Record<string, InferenceServerArgs>;
  problems: Problem[];
} {
  const servers: Record<string, InferenceServerArgs> = {};
  const problems: Problem[] = [];
  for (const [name, model] of Object.entries(args.models)) {
    const path = `genai:models.${name}`;
    const pool = args.pools.find((candidate) => candidate.name === model.pool);
    const tenant = args.tenants[model.tenant];
    if (!pool) {
      const known = args.pools.map((candidate) => candidate.name).join(", ") || "none";
      problems.push({ path: `${path}.pool`, message: `"${model.pool}" is no pool with GPUs; those are: ${known}` });
    }
    if (!tenant) {
      const known = Object.keys(args.tenants).join(", ") || "none";
      problems.push({ path: `${path}.tenant`, message: `"${model.tenant}" is no tenant; there are: ${known}` });
    }
    if (!pool || !tenant) continue;
    servers[name] = {
      ...model,
      path,
      pool,
      namespace: tenant.namespace,
      freeGpus: freeGpus(args, pool, model.tenant),
      priorityClassName: servingPriorityClassName,
      runtimeClassName: args.runtimeClassName,
    };
    problems.push(...inferenceServerProblems(name, servers[name]));
  }
  return { servers, problems };
}

/** GPUs that stay free for a rollout in both the pool and the tenant's quota when every server is at its largest. */
function freeGpus(args: GenAIPlatformArgs, pool: GpuPool, tenant: string): number {
  const models = Object.values(args.models);
  const inPool = pool.nodes * pool.gpusPerNode - largestUse(models.filter((model) => model.pool === pool.name));
  const quota = args.tenants[tenant]?.gpus ?? 0;
  return Math.min(inPool, quota - largestUse(models.filter((model) => model.tenant === tenant)));
}

function largestUse(models: readonly PlatformModel[]): number {
  const uses = models.map(
    ({ maxReplicas, minReplicas = 1, gpusPerReplica = 1 }) => (maxReplicas ?? minReplicas) * gpusPerReplica,
  );
  return uses.reduce((total, use) => total + use, 0);
}
