import type { ObjectOf } from "@genai/core";

/** A person or group, as the cluster's authentication names it. */
export interface Subject {
  kind: "User" | "Group";
  name: string;
}

/** Who may do what in a tenant's namespace. */
export type AccessObjects = {
  ownerRole: ObjectOf<"Role">;
  ownerBinding: ObjectOf<"RoleBinding">;
  developerRole: ObjectOf<"Role">;
  developerBinding: ObjectOf<"RoleBinding">;
};

const read = ["get", "list", "watch"];
const write = ["create", "update", "patch", "delete"];

// Nobody gets Secrets, exec, attach or port-forward (a shell in a Pod reads its Secrets), nor writes quotas, limits, network
// policies or bindings: those are the platform's side of the border.
const developerRules = [
  {
    apiGroups: [""],
    resources: [
      "pods",
      "pods/log",
      "services",
      "configmaps",
      "persistentvolumeclaims",
      "events",
      "resourcequotas",
      "limitranges",
    ],
    verbs: read,
  },
  { apiGroups: ["apps"], resources: ["deployments", "replicasets", "statefulsets"], verbs: read },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: read },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: read },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: read },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: read },
  // Where a Job stands in its queue; nothing where the cluster has no Kueue.
  { apiGroups: ["kueue.x-k8s.io"], resources: ["localqueues", "workloads"], verbs: read },
];

// Whoever may create Pods can mount the Secrets of that namespace: owners are trusted with their own tenant's keys, developers not.
const ownerRules = [
  ...developerRules,
  { apiGroups: [""], resources: ["pods", "services", "configmaps", "persistentvolumeclaims"], verbs: write },
  { apiGroups: ["apps"], resources: ["deployments", "deployments/scale", "statefulsets"], verbs: write },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: write },
];

/** The Roles and RoleBindings of a tenant. */
export function accessObjects(
  metadata: (name: string) => { name: string; namespace: string; labels: Record<string, string> },
  owners: readonly Subject[],
  developers: readonly Subject[],
): AccessObjects {
  const role = (name: string, rules: typeof developerRules): ObjectOf<"Role"> => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: metadata(name),
    rules,
  });
  const binding = (name: string, subjects: readonly Subject[]): ObjectOf<"RoleBinding"> => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: metadata(name),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: subjects.map((subject) => ({ ...subject, apiGroup: "rbac.authorization.k8s.io" })),
  });
  return {
    ownerRole: role("tenant-owner", ownerRules),
    ownerBinding: binding("tenant-owner", owners),
    developerRole: role("tenant-developer", developerRules),
    developerBinding: binding("tenant-developer", developers),
  };
}
