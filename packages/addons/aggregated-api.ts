import type { ObjectOf } from "@genai/core";
import { type AddonWorkload, labelsOf, subjectsOf } from "./addon-objects.ts";

/** Lets a server that extends the API read how the API server vouches for callers. The Role and what it opens are the cluster's own. */
export function authenticationReaderOf(workload: AddonWorkload): ObjectOf<"RoleBinding"> {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: {
      name: `genai-${workload.name}-authentication-reader`,
      namespace: "kube-system",
      labels: labelsOf(workload),
    },
    roleRef: {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Role",
      name: "extension-apiserver-authentication-reader",
    },
    subjects: subjectsOf(workload),
  };
}

/** Has the API server hand requests for the version `v1beta1` of a group to the workload's Service, at its port 443. */
export function apiServiceOf(workload: AddonWorkload, group: string): ObjectOf<"APIService"> {
  const { name, namespace } = workload;
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `v1beta1.${group}`, labels: labelsOf(workload) },
    spec: {
      group,
      version: "v1beta1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name, namespace, port: 443 },
      // Its certificate is its own and new at every start, as in these projects' manifests; the way there is the cluster's network.
      insecureSkipTLSVerify: true,
    },
  };
}
