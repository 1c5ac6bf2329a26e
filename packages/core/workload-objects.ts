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
    spec: {
      type: "ClusterIP",
      selector,
      ports: ports.map((port) => ({ ...port, targetPort: port.name, protocol: "TCP" })),
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
