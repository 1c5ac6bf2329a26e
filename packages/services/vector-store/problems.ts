import type { Problem } from "@genai/core";
import { serverNameProblem } from "../serving/server-name.ts";
import { storeSettings, type StoreShape } from "./args.ts";
import { longestIndexed } from "./postgresql-collections.ts";

/** Longest name of a store: that of its CronJob `<store>-snapshot` has 52 characters at most, as Kubernetes asks. */
const longestStoreName = 43;

/** Longest name of a collection: PostgreSQL cuts names, here that of an index, at 63 characters. */
const collectionName = /^[a-z][a-z0-9_-]{0,39}$/;

/** Schedules of cron that run every day: what comes after the hour is "*". An alert misses a copy that is older than 26 hours. */
const daily = /^(@(hourly|daily|midnight)|\S+ +\S+ +\* +\* +\*)$/;

/** Everything that is wrong with the arguments of a vector store; empty if nothing is. */
export function vectorStoreProblems(name: string, args: StoreShape): Problem[] {
  const { path, engine, replicas, snapshots, collections } = storeSettings(name, args);
  const problems: Problem[] = [];
  const add = (field: string, message: string) => problems.push({ path: field ? `${path}.${field}` : path, message });
  const badName = serverNameProblem(name, "handbook");
  if (badName) add("", badName);
  else if (name.length > longestStoreName)
    add("", `"${name}" has ${name.length} characters, and a store's name at most ${longestStoreName}; shorten it`);
  if (replicas < 1) add("replicas", `is ${replicas}, must be at least 1`);
  if (engine === "pgvector" && replicas > 1)
    add("replicas", `is ${replicas}, and PostgreSQL runs as one; leave it out, or use the engine qdrant`);
  const endpoint = snapshots.copies?.endpoint;
  if (endpoint !== undefined && !URL.canParse(endpoint))
    add(
      "snapshots.copies.endpoint",
      `"${endpoint}" is no address; give scheme and host, such as https://s3.example.com`,
    );
  if (!daily.test(snapshots.schedule)) {
    const rule =
      'a copy is made every day, or an alert misses it; give "*" for day, month and weekday, such as "0 2 * * *"';
    add("snapshots.schedule", `is "${snapshots.schedule}", and ${rule}`);
  }
  if (snapshots.keep < 1) add("snapshots.keep", `is ${snapshots.keep}, must be at least 1`);
  for (const { name: collection, dimension, model } of collections) {
    const place = `collections.${collection}`;
    if (!collectionName.test(collection)) {
      const rule = 'use at most 40 lower-case letters, digits, "-" and "_", beginning with a letter';
      add(place, `"${collection}" cannot name a collection; ${rule}, such as "handbook"`);
    }
    if (engine === "pgvector" && dimension > longestIndexed) {
      const most = longestIndexed.toLocaleString("en");
      add(
        place,
        `${model} makes vectors of ${dimension} elements, and pgvector indexes at most ${most}; use the engine qdrant, or another embedder`,
      );
    }
  }
  return problems;
}
