import type { ObjectOf, ScrapeTarget } from "@genai/core";
import { type AddonWorkload, clusterRoleBindingOf, clusterRoleOf, roleBindingOf, roleOf } from "../addon-objects.ts";

/** Where Prometheus finds the API server's own address. */
const apiServerNamespace = "default";

/** A Role and its binding in each namespace with targets, by key; and those for the cluster's own metrics. */
export type PrometheusAccess = {
  [key: `${"role" | "roleBinding"}-${string}`]: ObjectOf<"Role"> | ObjectOf<"RoleBinding">;
  clusterRole: ObjectOf<"ClusterRole">;
  clusterRoleBinding: ObjectOf<"ClusterRoleBinding">;
};

/**
 * The least that Prometheus needs: to read metrics of nodes and of the API server, and to find Pods in the namespaces where targets
 * are. It reads no Secret and no ConfigMap, and has no `nodes/proxy`, which would let it run commands in every container.
 */
export function prometheusAccess(workload: AddonWorkload, targets: readonly ScrapeTarget[]): PrometheusAccess {
  const roles = new Map<string, { apiGroups: string[]; resources: string[]; verbs: string[] }[]>();
  for (const target of targets) roles.set(target.namespace, [podReader]);
  roles.set(apiServerNamespace, [
    podReader,
    { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] },
  ]);
  const inNamespaces = [...roles].flatMap(([where, rules]) => [
    [`role-${where}`, roleOf(workload, rules, where)] as const,
    [`roleBinding-${where}`, roleBindingOf(workload, where)] as const,
  ]);
  return {
    ...Object.fromEntries(inNamespaces),
    clusterRole: clusterRoleOf(workload, [
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { nonResourceURLs: ["/metrics"], verbs: ["get"] },
    ]),
    clusterRoleBinding: clusterRoleBindingOf(workload),
  };
}

const podReader = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] };
