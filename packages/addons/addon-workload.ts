import {
  contentName,
  type ObjectOf,
  recommendedLabels,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  selectorLabels,
  type WorkloadIdentity,
} from "@genai/core";
import type { types } from "@pulumi/kubernetes";

/** What an add-on's objects are named and labelled by. */
export interface AddonIdentity {
  name: string;
  namespace: string;
  /** The program: becomes `app.kubernetes.io/name`. */
  application: string;
  /** Its role: becomes `app.kubernetes.io/component`. */
  component: string;
}

/** The labels of an add-on, and its objects' metadata. */
export function addonMetadata({ name, namespace, application, component }: AddonIdentity) {
  const identity: WorkloadIdentity = { application, instance: name, component };
  const labels = recommendedLabels(identity);
  return {
    labels,
    selector: selectorLabels(identity),
    /** Metadata of an object in the add-on's namespace. */
    metadata: (objectName = name, annotations?: Record<string, string>) => ({
      name: objectName,
      namespace,
      labels,
      ...(annotations && { annotations }),
    }),
    /** Metadata of an object without a namespace. */
    clusterMetadata: (objectName: string) => ({ name: objectName, labels }),
  };
}

/**
 * What of a Pod is the same for every add-on that needs nothing of its node: satisfies the Pod Security Standard `restricted`.
 * @param spread Labels of the Pods that are kept apart, on different nodes and in different zones where there are some.
 */
export function addonPod(serviceAccountName: string, spread?: Record<string, string>) {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // Monitoring has to outlive what it watches; the class is Kubernetes' own.
    priorityClassName: "system-cluster-critical",
    securityContext: restrictedPodSecurityContext,
    ...(spread && {
      topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: spread },
      })),
    }),
  };
}

/** Security context of a container that needs nothing of its node. */
export const addonContainerSecurity = restrictedContainerSecurityContext;

/** A ServiceAccount without a token. */
export function addonServiceAccount({ metadata }: ReturnType<typeof addonMetadata>): ObjectOf<"ServiceAccount"> {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata(), automountServiceAccountToken: false };
}

/** A Service for Pods that are awaited anyway: waiting a second time costs ten seconds. */
export function addonService(
  { metadata, selector }: ReturnType<typeof addonMetadata>,
  ports: readonly { name: string; port: number }[],
): ObjectOf<"Service"> & { spec: object } {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(undefined, { "pulumi.com/skipAwait": "true" }),
    spec: {
      type: "ClusterIP",
      selector,
      ports: ports.map(({ name, port }) => ({ name, port, targetPort: name, protocol: "TCP" })),
    },
  };
}

/** A disruption budget that lets one Pod go at a time, and none of a single one's replacements wait for ever. */
export function addonDisruptionBudget({
  metadata,
  selector,
}: ReturnType<typeof addonMetadata>): ObjectOf<"PodDisruptionBudget"> {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadata(),
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: selector } },
  };
}

/** What is allowed to reach an add-on's Pods, and what they may reach; all else is closed by the namespace. */
export function addonNetworkPolicy(
  { metadata, selector }: ReturnType<typeof addonMetadata>,
  edges: { ingress: object[]; egress: object[] },
): ObjectOf<"NetworkPolicy"> {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata(),
    spec: { podSelector: { matchLabels: selector }, policyTypes: ["Ingress", "Egress"], ...edges },
  };
}

/** A ConfigMap whose name ends in a hash of its content: a change makes a new one, and replaces the Pods that refer to it. */
export function hashedConfigMap(
  { metadata }: Pick<ReturnType<typeof addonMetadata>, "metadata">,
  name: string,
  data: Readonly<Record<string, string>>,
): ObjectOf<"ConfigMap"> & { metadata: { name: string } } {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(contentName(name, data)), immutable: true, data };
}

/** Plain data as the text of a configuration file. JSON is YAML. */
export function fileText(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** Where an add-on keeps what must outlive its Pods. */
export interface StorageConfiguration {
  /** `volume`: a PersistentVolumeClaim for each replica; `none`: nothing outlives a Pod, for clusters without a StorageClass. */
  kind: "volume" | "none";
  /** Of each replica, as a Kubernetes quantity. */
  size: string;
  /** StorageClass. @default the cluster's */
  class?: string;
}

type PodSpec = types.input.core.v1.PodSpec & { volumes?: types.input.core.v1.Volume[] };

/** A StatefulSet whose Pods know nothing of each other, with the volume `data`: a claim for each, or an empty directory of the same size. */
export function addonStatefulSet(
  { metadata, labels, selector }: ReturnType<typeof addonMetadata>,
  { replicas, serviceName, storage }: { replicas: number; serviceName: string; storage: StorageConfiguration },
  pod: PodSpec,
): ObjectOf<"StatefulSet"> {
  const { kind, size, class: storageClassName } = storage;
  const { volumes = [] } = pod;
  const claim = {
    metadata: { name: "data", labels },
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(storageClassName && { storageClassName }),
      resources: { requests: { storage: size } },
    },
  };
  const spec =
    kind === "none" ? { ...pod, volumes: [...volumes, { name: "data", emptyDir: { sizeLimit: size } }] } : pod;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata(),
    spec: {
      replicas,
      serviceName,
      revisionHistoryLimit: 3,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: selector },
      template: { metadata: { labels }, spec },
      ...(kind === "volume" && { volumeClaimTemplates: [claim] }),
    },
  };
}

/** A Deployment. @param replicas `single`: one, which ends before the next starts. @param annotations Of its Pods. */
export function addonDeployment(
  { metadata, labels, selector }: ReturnType<typeof addonMetadata>,
  replicas: number | "single",
  pod: PodSpec,
  annotations?: Record<string, string>,
): ObjectOf<"Deployment"> {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(),
    spec: {
      ...(replicas === "single" ? { replicas: 1, strategy: { type: "Recreate" } } : { replicas }),
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector },
      template: { metadata: { labels, ...(annotations && { annotations }) }, spec: pod },
    },
  };
}

/** What an add-on may do in the whole cluster, under its namespace's name: another one of the cluster's may be there. */
export function addonClusterRole(
  { metadata, clusterMetadata }: ReturnType<typeof addonMetadata>,
  rules: { apiGroups?: string[]; resources?: string[]; nonResourceURLs?: string[]; verbs: string[] }[],
): { clusterRole: ObjectOf<"ClusterRole">; clusterRoleBinding: ObjectOf<"ClusterRoleBinding"> } {
  const { name, namespace } = metadata();
  const own = clusterMetadata(`${namespace}:${name}`);
  return {
    clusterRole: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: own, rules },
    clusterRoleBinding: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: own,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: own.name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
  };
}
