import type { Problem } from "@genai/core";
import { serverNameProblem } from "../serving/server-name.ts";
import type { WorkerPoolArgs } from "./worker-args.ts";

/** Everything that is wrong with the arguments of a pool of workers; empty if nothing is. */
export function workerPoolProblems(
  name: string,
  args: Omit<WorkerPoolArgs, "task"> & { task: Pick<WorkerPoolArgs["task"], "kind"> },
): Problem[] {
  const { path, task, pool, minReplicas = 1, maxReplicas, gpusPerReplica = 0, scaler = "cpu" } = args;
  const problems: Problem[] = [];
  const add = (field: string, message: string) => problems.push({ path: field ? `${path}.${field}` : path, message });
  const badName = serverNameProblem(name, "batch");
  if (badName) add("", badName);
  if (maxReplicas < minReplicas)
    add("maxReplicas", `is ${maxReplicas}, below minReplicas ${minReplicas}; raise it, or lower minReplicas`);
  if (minReplicas < 1 && scaler !== "keda")
    add("minReplicas", `is ${minReplicas}, and nothing would start the first worker; use 1, or scaler: keda`);
  if (gpusPerReplica > 0 && task.kind !== "image")
    add("gpusPerReplica", `is ${gpusPerReplica}, but this worker uses no GPU; remove it, or name an image of your own`);
  if (gpusPerReplica > (pool.gpusPerNode ?? 0))
    add(
      "gpusPerReplica",
      `is ${gpusPerReplica}, but a node of pool "${pool.name}" has ${pool.gpusPerNode ?? 0} GPUs; use at most that, or another pool`,
    );
  return problems;
}
