import type { KubernetesClient } from "../../kubernetes/index.ts";
import { isMap, type PropertyValue } from "../protocol/values.ts";
import type { LiveObject } from "./objects.ts";
import { field } from "./readiness.ts";

/** How many reasons are told: a hundred Pods mostly fail for the same one. */
const maximumReasons = 5;

/** Why an object is not ready, in the cluster's own words: conditions of its Pods, containers that wait, and warning events. */
export async function explain(client: KubernetesClient, live: LiveObject): Promise<string[]> {
  const { name, namespace } = live.metadata;
  if (!namespace) return [];
  const list = async (kind: string, query: Record<string, string>) =>
    (await client.request<{ items: LiveObject[] }>("GET", `/api/v1/namespaces/${namespace}/${kind}`, { query })).items;
  const selector = field(live, "spec", "selector", "matchLabels") ?? field(live, "spec", "selector");
  const labels = isMap(selector) ? Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`) : [];
  const [pods, events] = await Promise.all([
    live.kind === "Pod" ? [live] : labels.length > 0 ? list("pods", { labelSelector: labels.join(",") }) : [],
    list("events", { fieldSelector: "type=Warning" }),
  ]).catch((): [LiveObject[], LiveObject[]] => [[], []]);
  const warnings = events
    .filter((event) => String(field(event, "involvedObject", "name") ?? "").startsWith(name))
    .map((event) => `${String(event["reason"])}: ${String(event["message"])}`);
  return [...new Set([...pods.flatMap(podReasons), ...warnings])].slice(0, maximumReasons);
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

function entries(value: PropertyValue | undefined) {
  return Array.isArray(value) ? value.filter(isMap) : [];
}
