import { models } from "@genai/catalog";
import { milliUnits } from "@genai/core";
import type { GenAIPlatformArgs, PlatformEmbedding, PlatformModel } from "./platform.ts";
import { embedderResources } from "./serving/embedding-pod.ts";
import { replicaShape } from "./serving/group.ts";
import { pickerResources } from "./serving/picker-pod.ts";
import type { GpuPool, NodePool } from "./serving/pool.ts";
import { modelResources } from "./serving/resources.ts";

type Server = PlatformModel | PlatformEmbedding;

/** Whether a pool has GPUs. */
export function isGpuPool(pool: NodePool): pool is NodePool & GpuPool {
  return pool.gpu !== undefined && pool.gpusPerNode !== undefined;
}

/** What one replica requests, and how many there are at most. */
interface ReplicaUse {
  pods: number;
  gpus: number;
  milliCpus: bigint;
  milliBytes: bigint;
  count: number;
}

function replicaOf(server: Server, pool: NodePool | undefined): ReplicaUse {
  const isModel = isInferenceModel(server);
  const onGpus = pool?.gpu !== undefined && !(isModel && server.engine === "llamaCpp");
  const gpus = onGpus ? (isModel ? (server.gpusPerReplica ?? 1) : 1) : 0;
  const { pods, gpusPerPod } = isModel && pool ? replicaShape(server, pool) : { pods: 1, gpusPerPod: gpus };
  const { cpu, memory } = isModel
    ? modelResources({ ...server, gpusPerReplica: gpusPerPod }).requests
    : embedderResources({ ...server, gpu: pool?.gpu }).requests;
  const count = isModel ? (server.maxReplicas ?? server.minReplicas ?? 1) : (server.replicas ?? 1);
  const all = BigInt(pods);
  return { pods, gpus, milliCpus: all * milliUnits(cpu), milliBytes: all * milliUnits(memory), count };
}

/** The endpoint picker of a model behind a Gateway. */
const pickerUse: ReplicaUse = {
  pods: 1,
  gpus: 0,
  milliCpus: milliUnits(pickerResources.requests.cpu),
  milliBytes: milliUnits(pickerResources.requests.memory),
  count: 1,
};

function isInferenceModel(server: Server): server is PlatformModel {
  return Object.hasOwn(models, server.model);
}

/**
 * GPUs that stay free for a rollout in both the pool and the tenant's quota when every server is at its largest. None where the
 * quota has no CPU, memory or Pod left for one more replica, which would then wait for ever; on a pool without GPUs 1 where it has.
 */
export function freeGpus(args: GenAIPlatformArgs, pool: NodePool, own: Server): number {
  const tenant = args.tenants[own.tenant];
  if (!tenant) return 0;
  const all = [...Object.values(args.models), ...Object.values(args.embeddings ?? {})].map((server) => ({
    server,
    use: replicaOf(
      server,
      args.pools.find(({ name }) => name === server.pool),
    ),
  }));
  const ofTenant = all
    .filter(({ server }) => server.tenant === own.tenant)
    .flatMap(({ server, use }) => [use, ...(isInferenceModel(server) && server.inferencePool ? [pickerUse] : [])]);
  const replica = replicaOf(own, pool);
  const hasRoom =
    sum(ofTenant, ({ milliCpus }) => milliCpus) + replica.milliCpus <= milliUnits(tenant.cpu) &&
    sum(ofTenant, ({ milliBytes }) => milliBytes) + replica.milliBytes <= milliUnits(tenant.memory) &&
    sum(ofTenant, ({ pods }) => BigInt(pods)) + BigInt(replica.pods) <= BigInt(tenant.pods);
  if (!hasRoom) return 0;
  if (!isGpuPool(pool)) return 1;
  const gpusOf = ({ gpus }: ReplicaUse) => BigInt(gpus);
  const inPool = sum(
    all.filter(({ server }) => server.pool === pool.name).map(({ use }) => use),
    gpusOf,
  );
  const inQuota = sum(ofTenant, gpusOf);
  return Math.min(pool.nodes * pool.gpusPerNode - Number(inPool), tenant.gpus - Number(inQuota));
}

function sum(uses: readonly ReplicaUse[], part: (use: ReplicaUse) => bigint): bigint {
  return uses.reduce((total, use) => total + part(use) * BigInt(use.count), 0n);
}
