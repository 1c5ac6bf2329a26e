import type { types } from "@pulumi/kubernetes";
import { contentName } from "./content-name.ts";
import type { ObjectOf } from "./kinds.ts";

/** Metadata of an object around a workload's Pods. */
interface Metadata {
  name: string;
  namespace: string;
  labels: Record<string, string>;
}

type Labels = Readonly<Record<string, string>>;

/** Annotation of what the engine need not wait for, since what it belongs to is awaited: a second wait costs ten seconds a Service. */
export const awaitedElsewhere = { "pulumi.com/skipAwait": "true" } as const;

/** A ServiceAccount whose token no Pod gets unasked. */
export function serviceAccountWithoutToken(metadata: Metadata): ObjectOf<"ServiceAccount"> {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false };
}

/**
 * A configuration under a name that changes with it, so that a changed one rolls the Pods: programs read theirs only at start.
 * @param base What its name begins with.
 */
export function contentConfigMap<Own extends Metadata>(
  metadata: Own,
  data: Record<string, string>,
  base = metadata.name,
): ObjectOf<"ConfigMap"> & { metadata: Own } {
  const named = { ...metadata, name: contentName(base, data) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: named, immutable: true, data };
}

/** What every Pod has: its ServiceAccount without the token, no variables of Services, and its priority, if it has one. */
export function podBase(serviceAccountName: string, priorityClassName?: string) {
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(priorityClassName && { priorityClassName }),
  };
}

/** A port of a Service, and of the container: they have one name. */
export interface ServicePort {
  name: string;
  port: number;
  /** The protocol that it speaks, by its name at IANA. @default not said */
  appProtocol?: string;
}

/** The address of Pods inside the cluster. */
export function clusterService(
  metadata: Metadata,
  selector: Labels,
  ports: readonly ServicePort[],
): ObjectOf<"Service"> & { spec: object } {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...metadata, annotations: awaitedElsewhere },
    spec: { type: "ClusterIP", selector, ports: servicePorts(ports) },
  };
}

/** A name for each of several Pods, which have to find each other before they are ready. */
export function headlessService(
  metadata: Metadata,
  selector: Labels,
  ports: readonly ServicePort[],
): ObjectOf<"Service"> {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...metadata, annotations: awaitedElsewhere },
    spec: { clusterIP: "None", publishNotReadyAddresses: true, selector, ports: servicePorts(ports) },
  };
}

function servicePorts(ports: readonly ServicePort[]) {
  return ports.map((port) => ({ ...port, targetPort: port.name, protocol: "TCP" }));
}

/** What may reach Pods, and what they may reach, in a namespace that is closed otherwise. */
export interface NetworkEdges {
  /** @default none */
  ingress?: readonly types.input.networking.v1.NetworkPolicyIngressRule[];
  /** @default none */
  egress?: readonly types.input.networking.v1.NetworkPolicyEgressRule[];
}

/** The edges of Pods in their closed namespace. */
export function closedExceptFor(
  metadata: Metadata,
  selector: Labels,
  { ingress = [], egress = [] }: NetworkEdges,
): ObjectOf<"NetworkPolicy"> {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata,
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ["Ingress", "Egress"],
      ingress: [...ingress],
      egress: [...egress],
    },
  };
}

/**
 * Lets Pods be evicted one at a time and never none, so that a drain goes on with a single replica too; one that is still loading, or
 * broken, may always go.
 */
export function oneEvictionAtATime(metadata: Metadata, selector: Labels): ObjectOf<"PodDisruptionBudget"> {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: selector } },
  };
}
