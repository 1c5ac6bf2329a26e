import type { ObjectOf } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";

/** Metadata of the objects around the Pods of a service. */
export interface ServiceMetadata {
  name: string;
  namespace: pulumi.Input<string>;
  labels: Record<string, string>;
}

/** The address of a service inside the cluster, at a port whose name its Pods give it too. */
export function clusterService(
  metadata: ServiceMetadata,
  selector: Record<string, string>,
  { name, port }: { name: string; port: number },
): ObjectOf<"Service"> {
  return {
    apiVersion: "v1",
    kind: "Service",
    // The Deployment is awaited; waiting for its Pods a second time costs ten seconds.
    metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
    spec: { type: "ClusterIP", selector, ports: [{ name, port, targetPort: name, protocol: "TCP" }] },
  };
}

/** One Pod at a time may be evicted, so that a drain goes on with a single replica too; a broken one always. */
export function oneAtATime(
  metadata: ServiceMetadata,
  selector: Record<string, string>,
): ObjectOf<"PodDisruptionBudget"> {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: selector } },
  };
}
