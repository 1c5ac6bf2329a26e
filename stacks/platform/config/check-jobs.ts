import type { Problem } from "@genai/core";
import { queueName, serverNameProblem, sourceProblems } from "@genai/services";
import type { CheckInput } from "./cross-checks.ts";
import { collectionNames, collectionOf } from "./collections.ts";
import { absent } from "./fields.ts";
import { own } from "./own.ts";

/** Workers and pipelines: each pool of workers has one task that it can reach, sources are addresses of their kind, names differ. */
export function checkJobs(input: CheckInput): Problem[] {
  const { workers = {}, pipelines = {}, schedules = {} } = input;
  const taken = new Map([[queueName, "the queue of each tenant"]]);
  for (const store of Object.keys(input.vectorStores ?? {}))
    for (const part of ["snapshot", "drill", "nodes"])
      taken.set(`${store}-${part}`, `a part of genai:vectorStores.${store}`);
  for (const section of ["models", "embeddings", "vectorStores"] as const)
    for (const name of Object.keys(input[section] ?? {})) taken.set(name, `genai:${section}.${name}`);
  const named = Object.entries({ workers, pipelines, schedules }).flatMap(([section, entries]) =>
    Object.keys(entries).map((name) => ({ name, path: `genai:${section}.${name}` })),
  );
  return [
    ...Object.entries(workers).flatMap(([name, worker]) => checkWorker(`genai:workers.${name}`, worker, input)),
    ...Object.entries(pipelines).flatMap(([name, { source }]) =>
      sourceProblems(`genai:pipelines.${name}.source`, source),
    ),
    ...Object.keys(schedules).flatMap((name) => {
      const message = serverNameProblem(name, "nightly");
      return message ? [{ path: `genai:schedules.${name}`, message }] : [];
    }),
    ...named.flatMap(({ name, path }) => {
      const other = taken.get(name);
      taken.set(name, path);
      return other ? [{ path, message: `"${name}" is already the name of ${other}; rename one` }] : [];
    }),
  ];
}

type Worker = NonNullable<CheckInput["workers"]>[string];

function checkWorker(path: string, worker: Worker, { models = {}, vectorStores = {} }: CheckInput): Problem[] {
  const { model, collection, image, tenant, gpusPerReplica, minReplicas, scaler } = worker;
  const problems: Problem[] = [];
  const add = (key: string, message: string) => problems.push({ path: key ? `${path}.${key}` : path, message });
  const tasks = Object.entries({ model, collection, image }).filter(([, value]) => value !== undefined);
  if (tasks.length !== 1) {
    const given = tasks.length === 0 ? "none" : tasks.map(([key]) => key).join(" and ");
    add("", `has ${given} of model, collection and image; name one, which says what its workers do`);
  }
  if (model !== undefined) {
    const served = own(models, model);
    if (!served) add("model", absent(model, "model under genai:models", Object.keys(models)));
    else if (served.tenant !== tenant) add("model", reach(model, served.tenant, tenant));
  }
  if (collection !== undefined) {
    const known = collectionNames(vectorStores);
    const store = own(vectorStores, collectionOf(collection).store);
    if (!store || !known.includes(collection))
      add("collection", absent(collection, "collection under genai:vectorStores", known));
    else if (store.tenant !== tenant) add("collection", reach(collection, store.tenant, tenant));
  }
  if (gpusPerReplica > 0 && image === undefined && tasks.length > 0)
    add("gpusPerReplica", `is ${gpusPerReplica}, but this worker uses no GPU; remove it, or name an image of your own`);
  if (minReplicas === 0 && scaler !== "keda")
    add("minReplicas", "is 0, and nothing would start the first worker; use 1, or scaler: keda");
  return problems;
}

function reach(name: string, owner: string, tenant: string): string {
  return `"${name}" belongs to tenant "${owner}", which tenant "${tenant}" cannot reach; use one of the same tenant`;
}
