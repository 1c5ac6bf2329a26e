import {
  closedExceptFor,
  clusterService,
  type ObjectOf,
  oneEvictionAtATime,
  type Scraper,
  selectorLabels,
  serviceAccountWithoutToken,
  type TenantComponent,
  tenantMetadata,
  type WorkloadIdentity,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { serverEdges } from "./network.ts";
import { httpPortName } from "./probes.ts";

/** What the objects around a server's Pods follow from. */
export interface ServerIdentity {
  name: string;
  namespace: string;
  tenant: string;
  identity: WorkloadIdentity;
  /** Port of its API. */
  port: number;
  apiKey: pulumi.Input<string>;
  /** What else the Secret with the key holds, by the file's name. @default nothing */
  secretFiles?: Record<string, pulumi.Input<string>>;
  /** Port of its metrics. */
  metricsPort: number;
  /** Who may read them. @default nobody */
  scraper?: Scraper;
  /** What of the platform calls it in its namespace. */
  callers: readonly TenantComponent[];
  /** Whether the server fetches its weights from the internet. */
  downloads: boolean;
  /** Labels that only those of its Pods have that answer, where it has others; these may then all talk to each other. @default none */
  leader?: Record<string, string>;
  /** Namespace of a Gateway's proxies, which send requests straight to its Pods. @default none */
  proxyNamespace?: string;
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

/** The annotations by which a Prometheus that the cluster already has finds Pods; none where nothing scrapes so. */
export function scrapeAnnotations(
  { metricsPort, scraper }: Pick<ServerIdentity, "metricsPort" | "scraper">,
  path: string,
  scheme?: "https",
): Record<string, string> {
  if (!scraper?.byAnnotations) return {};
  return {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(metricsPort),
    "prometheus.io/path": path,
    ...(scheme && { "prometheus.io/scheme": scheme }),
  };
}

/** A server's identity, key, address, protection against eviction, and edges. */
export function serverObjects(server: ServerIdentity): ServerObjects {
  const {
    name,
    identity,
    port,
    apiKey,
    metricsPort,
    callers,
    downloads,
    scraper,
    leader = {},
    proxyNamespace,
  } = server;
  const metadata = tenantMetadata(server, identity);
  const selector = selectorLabels(identity);
  return {
    serviceAccount: serviceAccountWithoutToken(metadata(name)),
    apiKey: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(apiKeySecretName(name)),
      stringData: { [apiKeySecretKey]: apiKey, ...server.secretFiles },
    },
    service: clusterService(metadata(name), { ...selector, ...leader }, [{ name: httpPortName, port }]),
    disruptionBudget: oneEvictionAtATime(metadata(name), selector),
    networkPolicy: closedExceptFor(
      metadata(`${name}-server`),
      selector,
      serverEdges({
        metricsPort,
        callers,
        downloads,
        scraper,
        proxyNamespace,
        peers: Object.keys(leader).length > 0 ? selector : undefined,
      }),
    ),
  };
}
