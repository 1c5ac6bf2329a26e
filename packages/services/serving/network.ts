import { dnsEgress, internetEgress, type NetworkEdges, type Scraper, scraperIngress } from "@genai/core";
import { httpPortName } from "./probes.ts";

/** A namespace with this label, value `"true"`, holds the gateway and may call every model server. */
export const gatewayNamespaceLabel = "genai.platform/gateway";

/**
 * The edges of a model server in a namespace that denies by default: callers in, names and weights out.
 * @param downloads Whether it fetches its weights itself; nothing but names goes out otherwise.
 * @param peers Labels of the Pods that compute together, at ports that they choose when they start. @default each Pod computes alone
 */
export function serverEdges(
  metricsPort: number,
  downloads: boolean,
  scraper?: Scraper,
  peers?: Record<string, string>,
): NetworkEdges {
  const among = peers ? [{ podSelector: { matchLabels: peers } }] : undefined;
  return {
    ingress: [
      {
        from: [{ podSelector: {} }, { namespaceSelector: { matchLabels: { [gatewayNamespaceLabel]: "true" } } }],
        ports: [{ protocol: "TCP", port: httpPortName }],
      },
      ...scraperIngress(metricsPort, scraper),
      ...(among ? [{ from: among }] : []),
    ],
    egress: [dnsEgress, ...(downloads ? [internetEgress] : []), ...(among ? [{ to: among }] : [])],
  };
}
