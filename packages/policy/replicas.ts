import type { KubernetesObject } from "./objects.ts";

interface Replicated {
  replicas?: number;
  template?: { metadata?: { labels?: Record<string, string> } };
}

/** How many Pods a Deployment or StatefulSet may have: those it states, or those that its autoscaler in `all` may make of it. */
export function replicasOf(object: KubernetesObject, all: readonly KubernetesObject[]): number {
  if (!["Deployment", "StatefulSet"].includes(object.kind)) return 1;
  const { replicas = 1 } = object["spec"] as Replicated;
  const largest = all
    .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
    .map((scaler) => largestOf(scaler, object));
  return Math.max(replicas, ...largest);
}

function largestOf({ metadata, ...scaler }: KubernetesObject, object: KubernetesObject): number {
  const { scaleTargetRef, maxReplicas } = scaler["spec"] as {
    scaleTargetRef: { kind: string; name: string };
    maxReplicas: number;
  };
  const { kind, name } = scaleTargetRef;
  const its =
    kind === object.kind && name === object.metadata?.name && metadata?.namespace === object.metadata?.namespace;
  return its ? maxReplicas : 1;
}

/** Whether labels, of which there must be one, select the Pods that an object makes. */
export function selectsPodsOf(object: KubernetesObject, matchLabels: Readonly<Record<string, string>> = {}): boolean {
  const labels = (object["spec"] as Replicated).template?.metadata?.labels ?? {};
  const wanted = Object.entries(matchLabels);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
