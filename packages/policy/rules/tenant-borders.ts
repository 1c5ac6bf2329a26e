import { tenantLabel } from "@genai/core";
import type { KubernetesObject } from "../objects.ts";
import type { Rule } from "../rule.ts";

export const tenantBorders: Rule = {
  name: "tenant-borders",
  description:
    "A tenant's namespace has a GPU quota, default limits, a closed network and the restricted Pod Security Standard.",
  check(object, all) {
    const { kind, metadata } = object;
    if (kind !== "Namespace" || !metadata?.labels?.[tenantLabel]) return [];
    const within = (wanted: string) =>
      all.filter((other) => other.kind === wanted && other.metadata?.namespace === metadata.name);
    return [
      ...(within("ResourceQuota").some(limitsGpus) ? [] : ["has no ResourceQuota on requests.nvidia.com/gpu; add one"]),
      ...(within("LimitRange").length > 0 ? [] : ["has no LimitRange; add one with default requests"]),
      ...(within("NetworkPolicy").some(deniesAll)
        ? []
        : ["has no NetworkPolicy that denies all ingress and egress by default; add one"]),
      ...(metadata.labels["pod-security.kubernetes.io/enforce"] === "restricted"
        ? []
        : ["does not enforce Pod security; label it pod-security.kubernetes.io/enforce: restricted"]),
    ];
  },
};

function limitsGpus(quota: KubernetesObject): boolean {
  const { hard = {} } = (quota["spec"] ?? {}) as { hard?: Record<string, string> };
  return hard["requests.nvidia.com/gpu"] !== undefined;
}

function deniesAll(policy: KubernetesObject): boolean {
  type Spec = { podSelector?: object; policyTypes?: string[]; ingress?: unknown[]; egress?: unknown[] };
  const { podSelector = {}, policyTypes = [], ingress = [], egress = [] } = (policy["spec"] ?? {}) as Spec;
  const isEmpty = Object.keys(podSelector).length === 0 && ingress.length === 0 && egress.length === 0;
  return isEmpty && ["Ingress", "Egress"].every((type) => policyTypes.includes(type));
}
