import type { Problem } from "@genai/core";
import { longestGroupName, replicaShape } from "./group.ts";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import type { ServerPool } from "./pool.ts";
import type { withDefaults } from "./settings.ts";

type Found = [field: string, message: string];

/** What is wrong with a server whose replicas do not fit a node: the key, and what to do. */
export function groupProblems(settings: ReturnType<typeof withDefaults>): Found[] {
  const { name, pool, engine, gpusPerReplica, pipelineParallel, shape } = settings;
  if (shape.pods === 1) return [];
  const most = pool.gpusPerNode ?? 1;
  const tooMany = `is ${gpusPerReplica}, but a node of pool "${pool.name}" has ${most} GPUs, and`;
  if (!settings.leaderWorkerSet) {
    const fix = `use at most ${most}, or set genai:cluster.leaderWorkerSet where the cluster has LeaderWorkerSet`;
    return [["gpusPerReplica", `${tooMany} a replica runs on one node; ${fix}`]];
  }
  if (engine !== "vllm")
    return [["gpusPerReplica", `${tooMany} of the engines vllm alone spans nodes; use at most ${most}, or vllm`]];
  const found: Found[] = [];
  if (gpusPerReplica % shape.pods !== 0)
    found.push([
      "gpusPerReplica",
      `is ${gpusPerReplica}, which ${shape.pods} nodes cannot share evenly; use ${shape.pods * shape.gpusPerPod}`,
    ]);
  if (pipelineParallel % shape.pods !== 0)
    found.push([
      "pipelineParallel",
      `is ${pipelineParallel}, but a replica lies on ${shape.pods} nodes, and GPUs that share a layer must share a node; ` +
        `use ${shape.pods}, a multiple of it, or leave it out`,
    ]);
  if (settings.keyValueOffload !== undefined)
    found.push(["keyValueOffload", "is for replicas on one node; remove it, or use fewer GPUs"]);
  if (name.length > longestGroupName)
    found.push([
      "",
      `"${name}" is too long for a server over several nodes; use at most ${longestGroupName} characters`,
    ]);
  return found;
}

/** What else asks for a pool, by its path in the stack file. */
export type PoolUsers = Readonly<Record<string, { pool: string }>>;

/**
 * Pools that replicas over several nodes share with others. One GPU that another's autoscaler takes on each node keeps a whole replica
 * from starting again, although the sum of all GPUs would do.
 *
 * @param others What else runs on GPUs, by path.
 */
export function groupPoolProblems(
  models: Readonly<Record<string, Pick<InferenceServerArgs, "gpusPerReplica" | "engine"> & { pool: string }>>,
  pools: readonly ServerPool[],
  others: PoolUsers = {},
): Problem[] {
  const gpuPools = new Map(pools.filter(({ gpu }) => gpu).map((pool) => [pool.name, pool]));
  const users = Object.entries({
    ...Object.fromEntries(Object.entries(models).map(([name, model]) => [`genai:models.${name}`, model])),
    ...others,
  });
  return Object.entries(models).flatMap(([name, model]) => {
    const path = `genai:models.${name}`;
    const pool = gpuPools.get(model.pool);
    if (!pool || replicaShape(model, pool).pods === 1) return [];
    const other = users.find(([user, { pool: used }]) => used === model.pool && user !== path)?.[0];
    if (other === undefined) return [];
    const message = `"${model.pool}" is also that of ${other}, and replicas over several nodes need whole nodes free; give it a pool of its own`;
    return [{ path: `${path}.pool`, message }];
  });
}
