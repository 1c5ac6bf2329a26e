import { tenantLabel } from "@genai/core";
import type { KubernetesObject } from "../objects.ts";
import type { Rule } from "../rule.ts";

export const tenantBorders: Rule = {
  name: "tenant-borders",
  description:
    "A tenant's namespace has a GPU quota, default limits, a closed network without a hole for all, and the restricted Pod Security Standard.",
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
      ...within("NetworkPolicy")
        .filter(opensAll)
        .map(
          (policy) =>
            `has a NetworkPolicy "${policy.metadata?.name}" that lets Pods in to every Pod at every port, whatever others keep closed; narrow its podSelector`,
        ),
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

interface PolicySpec {
  podSelector?: object;
  policyTypes?: string[];
  ingress?: { from?: { ipBlock?: object }[]; ports?: unknown[] }[];
  egress?: unknown[];
}

function selectsAll({ podSelector = {} }: PolicySpec): boolean {
  return Object.keys(podSelector).length === 0;
}

function opensAll(policy: KubernetesObject): boolean {
  const spec = (policy["spec"] ?? {}) as PolicySpec;
  const isOpen = ({ from = [], ports = [] }: NonNullable<PolicySpec["ingress"]>[number]) =>
    ports.length === 0 && (from.length === 0 || from.some(({ ipBlock }) => !ipBlock));
  return selectsAll(spec) && (spec.ingress ?? []).some(isOpen);
}

function deniesAll(policy: KubernetesObject): boolean {
  const spec = (policy["spec"] ?? {}) as PolicySpec;
  const { policyTypes = [], ingress = [], egress = [] } = spec;
  const isEmpty = selectsAll(spec) && ingress.length === 0 && egress.length === 0;
  return isEmpty && ["Ingress", "Egress"].every((type) => policyTypes.includes(type));
}
