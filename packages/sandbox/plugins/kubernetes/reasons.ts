import type { KubernetesClient } from "../../kubernetes/index.ts";
import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values.ts";
import type { LiveObject } from "./objects.ts";
import { field } from "./readiness.ts";

/** How many reasons are told: a hundred Pods mostly fail for the same one. */
const maximumReasons = 5;

/** Why an object is not ready, in the cluster's own words: conditions of its Pods, containers that wait, and warning events. */
export async function explain(client: KubernetesClient, live: LiveObject): Promise<string[]> {
  const { name, namespace } = live.metadata;
  if (!namespace) return [];
  const list = async (group: string, plural: string, query: Record<string, string>): Promise<LiveObject[]> =>
    (await client.request<{ items: LiveObject[] }>("GET", `${group}/namespaces/${namespace}/${plural}`, { query }))
      .items;
  const selector = field(live, "spec", "selector", "matchLabels") ?? field(live, "spec", "selector");
  const labelSelector = isMap(selector)
    ? Object.entries(selector)
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(",")
    : "";
  const [pods, replicaSets, events] = await Promise.all([
    live.kind === "Pod" ? [live] : labelSelector ? list("/api/v1", "pods", { labelSelector }) : [],
    live.kind === "Deployment" ? list("/apis/apps/v1", "replicasets", { labelSelector }) : [],
    list("/api/v1", "events", { fieldSelector: "type=Warning" }),
  ]);
  const names = new Set([name, ...[...pods, ...replicaSets].map(({ metadata }) => metadata.name)]);
  const warnings = events
    .filter((event) => names.has(String(field(event, "involvedObject", "name"))))
    .map((event) => `${String(event["reason"])}: ${String(event["message"])}`);
  return [...new Set([...pods.flatMap(podReasons), ...warnings])].slice(0, maximumReasons);
}

/** What keeps an object that is being deleted: its finalizers, or what a Namespace says of its content. */
export function holders(live: LiveObject): string {
  const finalizers = live.metadata["finalizers"];
  const names = Array.isArray(finalizers) ? finalizers.map(String) : [];
  const conditions = entries(field(live, "status", "conditions"))
    .filter((one) => live.kind === "Namespace" && one["status"] === "True")
    .map((one) => String(one["message"]));
  if (names.length > 0)
    conditions.unshift(`${names.length === 1 ? "its finalizer" : "its finalizers"} ${names.join(", ")}`);
  return conditions.length > 0 ? conditions.join("; ") : "nothing it names";
}

function podReasons(pod: LiveObject): string[] {
  const conditions = entries(field(pod, "status", "conditions"))
    .filter((one) => one["status"] === "False" && one["message"])
    .map((one) => `${String(one["reason"])}: ${String(one["message"])}`);
  const waiting = [
    ...entries(field(pod, "status", "initContainerStatuses")),
    ...entries(field(pod, "status", "containerStatuses")),
  ]
    .map((container) => field(container, "state", "waiting"))
    .filter(isMap)
    .map((state) => `${String(state["reason"])}${state["message"] ? `: ${String(state["message"])}` : ""}`);
  return [...conditions, ...waiting];
}

function entries(value: PropertyValue | undefined): PropertyMap[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}
