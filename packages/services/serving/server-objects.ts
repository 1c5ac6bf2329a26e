import { type ObjectOf, recommendedLabels, selectorLabels, tenantLabel, type WorkloadIdentity } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { serverNetworkPolicySpec } from "./network.ts";
import { httpPortName } from "./probes.ts";

/** What the objects around a server's Pods follow from. */
export interface ServerIdentity {
  name: string;
  namespace: pulumi.Input<string>;
  tenant: string;
  identity: WorkloadIdentity;
  /** Port of its API. */
  port: number;
  apiKey: pulumi.Input<string>;
  /** What else the Secret with the key holds, by the file's name. @default nothing */
  secretFiles?: Record<string, pulumi.Input<string>>;
  /** Port of its metrics. */
  metricsPort: number;
  /** Whether the server fetches its weights from the internet. */
  downloads: boolean;
  /** Namespace of a Prometheus that may read them. @default none */
  monitoringNamespace?: string;
}

/** The objects that every server has around its Deployment. */
export interface ServerObjects {
  serviceAccount: ObjectOf<"ServiceAccount">;
  apiKey: ObjectOf<"Secret">;
  service: ObjectOf<"Service">;
  disruptionBudget: ObjectOf<"PodDisruptionBudget">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
}

/** Key under which the Secret `<name>-api-key` holds the key. */
export const apiKeySecretKey = "api-key";

/** Name of the Secret with a server's API key, in the server's namespace. */
export function apiKeySecretName(server: string): string {
  return `${server}-api-key`;
}

/** Makes the metadata of a server's objects, all with the same namespace and labels. */
export function serverMetadata({ namespace, tenant, identity }: ServerIdentity) {
  const labels = { ...recommendedLabels(identity), [tenantLabel]: tenant };
  return (name: string, annotations?: Record<string, string>) => ({
    name,
    namespace,
    labels,
    ...(annotations && { annotations }),
  });
}

/** The annotations by which a Prometheus without its operator finds Pods; none where nothing scrapes. */
export function scrapeAnnotations(
  { metricsPort, monitoringNamespace }: Pick<ServerIdentity, "metricsPort" | "monitoringNamespace">,
  path: string,
): Record<string, string> {
  if (!monitoringNamespace) return {};
  return {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(metricsPort),
    "prometheus.io/path": path,
  };
}

/** A server's identity, key, address, protection against eviction, and edges. */
export function serverObjects(server: ServerIdentity): ServerObjects {
  const { name, identity, port, apiKey, metricsPort, downloads, monitoringNamespace } = server;
  const metadata = serverMetadata(server);
  const selector = selectorLabels(identity);
  return {
    serviceAccount: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: metadata(name),
      automountServiceAccountToken: false,
    },
    apiKey: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(apiKeySecretName(name)),
      stringData: { [apiKeySecretKey]: apiKey, ...server.secretFiles },
    },
    service: {
      apiVersion: "v1",
      kind: "Service",
      // The Deployment is awaited; waiting for its Pods a second time costs ten seconds per Service.
      metadata: metadata(name, { "pulumi.com/skipAwait": "true" }),
      spec: {
        type: "ClusterIP",
        selector,
        ports: [{ name: httpPortName, port, targetPort: httpPortName, protocol: "TCP" }],
      },
    },
    disruptionBudget: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: metadata(name),
      // One at a time and never none, so that a drain goes on with a single replica too; a Pod that is still loading, or broken,
      // may always go.
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: selector } },
    },
    networkPolicy: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: metadata(`${name}-server`),
      spec: serverNetworkPolicySpec(
        selector,
        downloads,
        monitoringNamespace ? { namespace: monitoringNamespace, port: metricsPort } : undefined,
      ),
    },
  };
}
