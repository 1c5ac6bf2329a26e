import type { MetricSourceName } from "@genai/catalog";
import {
  closedExceptFor,
  clusterService,
  contentConfigMap,
  type NetworkEdges,
  type ObjectOf,
  oneEvictionAtATime,
  recommendedLabels,
  restrictedPodSecurityContext,
  type ScrapeTarget,
  selectorLabels,
  serviceAccountWithoutToken,
  type ServicePort,
  spreadReplicas,
  type WorkloadIdentity,
} from "@genai/core";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AddonContext } from "./context.ts";

/** One of an add-on's workloads; everything that belongs to it follows from these names. */
export interface AddonWorkload extends WorkloadIdentity {
  /** Name of its objects: the instance and, where the add-on has several workloads, its part. */
  name: string;
  namespace: string;
}

/** The workload of an add-on that has one: everything is called like the add-on. */
export function workloadOf(
  program: Pick<WorkloadIdentity, "application" | "component">,
  name: string,
  { namespace }: Pick<AddonContext, "namespace">,
): AddonWorkload {
  return { ...program, instance: name, name, namespace };
}

/** What of a workload a Prometheus reads, by the names of `source`. @param port Name of the container port. */
export function scrapeTargetOf(workload: AddonWorkload, source: MetricSourceName, port: string): ScrapeTarget {
  const { name, namespace } = workload;
  return { job: name, source, namespace, selector: selectorLabels(workload), port };
}

type Rules = NonNullable<ObjectOf<"ClusterRole">["rules"]>;
/** What is special about the Pods of a workload: containers, volumes, placement. */
export type PodParts = types.input.core.v1.PodSpec;

/** Labels of every object of a workload. */
export function labelsOf(workload: AddonWorkload): Record<string, string> {
  return recommendedLabels(workload);
}

/** Metadata of an object of a workload, by its name unless another is given. */
export function metadataOf(workload: AddonWorkload, name = workload.name) {
  return { name, namespace: workload.namespace, labels: labelsOf(workload) };
}

/** The workload's own ServiceAccount; a Pod that calls the API server mounts `apiTokenVolume`. */
export function serviceAccountOf(workload: AddonWorkload): ObjectOf<"ServiceAccount"> {
  return serviceAccountWithoutToken(metadataOf(workload));
}

/**
 * A configuration under a name that changes with it, so that a changed one rolls the Pods: programs read theirs only at start.
 * @param base What its name begins with.
 */
export function configMapOf(
  workload: AddonWorkload,
  data: Record<string, string>,
  base = workload.name,
): ObjectOf<"ConfigMap"> & { metadata: { name: string } } {
  return contentConfigMap(metadataOf(workload), data, base);
}

/** What the workload may do in the whole cluster. */
export function clusterRoleOf(workload: AddonWorkload, rules: Rules): ObjectOf<"ClusterRole"> {
  return { apiVersion, kind: "ClusterRole", metadata: clusterMetadata(workload), rules };
}

/** Gives the workload its `clusterRoleOf`, or another ClusterRole. */
export function clusterRoleBindingOf(
  workload: AddonWorkload,
  role = clusterMetadata(workload).name,
): ObjectOf<"ClusterRoleBinding"> {
  const own = clusterMetadata(workload);
  const name = role === own.name ? role : `${own.name}-${role.replace(/^system:/, "")}`;
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: { ...own, name },
    roleRef: { apiGroup, kind: "ClusterRole", name: role },
    subjects: subjectsOf(workload),
  };
}

/** What the workload may do in its own namespace. */
export function roleOf(workload: AddonWorkload, rules: Rules, namespace = workload.namespace): ObjectOf<"Role"> {
  return { apiVersion, kind: "Role", metadata: { ...metadataOf(workload), namespace }, rules };
}

/** Gives the workload its `roleOf`. */
export function roleBindingOf(workload: AddonWorkload, namespace = workload.namespace): ObjectOf<"RoleBinding"> {
  return {
    apiVersion,
    kind: "RoleBinding",
    metadata: { ...metadataOf(workload), namespace },
    roleRef: { apiGroup, kind: "Role", name: workload.name },
    subjects: subjectsOf(workload),
  };
}

const apiGroup = "rbac.authorization.k8s.io";
const apiVersion = `${apiGroup}/v1`;

/** Roles of the cluster carry the platform's name: the add-on may be there a second time, of somebody else's. */
function clusterMetadata(workload: AddonWorkload) {
  return { name: `genai-${workload.name}`, labels: labelsOf(workload) };
}

/** The workload's ServiceAccount as the subject of a binding. */
export function subjectsOf({ name, namespace }: AddonWorkload) {
  return [{ kind: "ServiceAccount", name, namespace }];
}

/** The workload's edges in its closed namespace. */
export function networkPolicyOf(workload: AddonWorkload, edges: NetworkEdges): ObjectOf<"NetworkPolicy"> {
  return closedExceptFor(metadataOf(workload), selectorLabels(workload), edges);
}

/** The workload's address. */
export function serviceOf(
  workload: AddonWorkload,
  ports: readonly ServicePort[],
): ObjectOf<"Service"> & { spec: object } {
  return clusterService(metadataOf(workload), selectorLabels(workload), ports);
}

/** The text of a configuration file. JSON is YAML. */
export function fileText(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** Replicas of a workload that may have several: two where the stack asks for high availability. */
export function replicasOf({ highAvailability }: Pick<AddonContext, "highAvailability">): number {
  return highAvailability ? 2 : 1;
}

/** The workload's protection against eviction. */
export function disruptionBudgetOf(workload: AddonWorkload): ObjectOf<"PodDisruptionBudget"> {
  return oneEvictionAtATime(metadataOf(workload), selectorLabels(workload));
}

/** What is common to Pods without root that are kept apart from each other. */
export function restrictedPodOf(workload: AddonWorkload) {
  return {
    serviceAccountName: workload.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPodSecurityContext,
    topologySpreadConstraints: spreadReplicas(selectorLabels(workload)),
  };
}

/**
 * A Deployment of Pods without root, apart from each other where there are several.
 * @param replicas `single`: one, which ends before the next starts.
 * @param annotations Of its Pods.
 */
export function deploymentOf(
  workload: AddonWorkload,
  replicas: number | "single",
  pod: PodParts,
  annotations?: Readonly<Record<string, pulumi.Input<string>>>,
): ObjectOf<"Deployment"> {
  const selector = selectorLabels(workload);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload),
    spec: {
      replicas: replicas === "single" ? 1 : replicas,
      revisionHistoryLimit: 3,
      strategy:
        replicas === "single"
          ? { type: "Recreate" }
          : { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: labelsOf(workload), ...(annotations && { annotations }) },
        spec: { ...restrictedPodOf(workload), ...pod },
      },
    },
  };
}

/**
 * A DaemonSet whose Pods go before everything else on their node.
 * @param podLabels Further labels of its Pods.
 */
export function daemonSetOf(
  workload: AddonWorkload,
  pod: PodParts,
  podLabels: Readonly<Record<string, string>> = {},
): ObjectOf<"DaemonSet"> {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: metadataOf(workload),
    spec: {
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorLabels(workload) },
      template: {
        metadata: { labels: { ...labelsOf(workload), ...podLabels } },
        spec: {
          serviceAccountName: workload.name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          priorityClassName: "system-node-critical",
          securityContext: { seccompProfile: { type: "RuntimeDefault" } },
          ...pod,
        },
      },
    },
  };
}
