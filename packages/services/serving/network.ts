import {
  dnsEgress,
  internetEgress,
  namespaceNamed,
  type NetworkEdges,
  podsOf,
  type Scraper,
  scraperIngress,
  type TenantComponent,
  tenantsOwnPods,
} from "@genai/core";
import { httpPortName } from "./probes.ts";

/** A namespace with this label, value `"true"`, holds the gateway and may call every model server. */
export const gatewayNamespaceLabel = "genai.platform/gateway";

/** What the edges of a model server follow from. */
export interface ServerTraffic {
  /** Port of its metrics. */
  metricsPort: number;
  /** What of the platform calls it in its namespace. */
  callers: readonly TenantComponent[];
  /** Whether it fetches its weights itself; nothing but names goes out otherwise. */
  downloads: boolean;
  /** Who may read its metrics. @default nobody */
  scraper?: Scraper;
  /** Labels of the Pods that compute together, at ports that they choose when they start. @default each Pod computes alone */
  peers?: Record<string, string>;
  /** Namespace of a Gateway's proxies, which send requests straight to its Pods. @default none */
  proxyNamespace?: string;
}

/** The edges of a model server in a namespace that denies by default: callers in, names and weights out. */
export function serverEdges({
  metricsPort,
  callers,
  downloads,
  scraper,
  peers,
  proxyNamespace,
}: ServerTraffic): NetworkEdges {
  const among = peers ? [{ podSelector: { matchLabels: peers } }] : undefined;
  return {
    ingress: [
      {
        from: [
          tenantsOwnPods,
          podsOf(...callers),
          { namespaceSelector: { matchLabels: { [gatewayNamespaceLabel]: "true" } } },
          ...(proxyNamespace ? [namespaceNamed(proxyNamespace)] : []),
        ],
        ports: [{ protocol: "TCP", port: httpPortName }],
      },
      ...scraperIngress(metricsPort, scraper),
      ...(among ? [{ from: among }] : []),
    ],
    egress: [dnsEgress, ...(downloads ? [internetEgress] : []), ...(among ? [{ to: among }] : [])],
  };
}
