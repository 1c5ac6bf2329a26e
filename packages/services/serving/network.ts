import { dnsEgress, internetEgress, type NetworkEdges, type Scraper, scraperIngress } from "@genai/core";
import { httpPortName } from "./probes.ts";

/** A namespace with this label, value `"true"`, holds the gateway and may call every model server. */
export const gatewayNamespaceLabel = "genai.platform/gateway";

/**
 * The edges of a model server in a namespace that denies by default: callers in, names and weights out.
 * @param downloads Whether it fetches its weights itself; nothing but names goes out otherwise.
 */
export function serverEdges(metricsPort: number, downloads: boolean, scraper?: Scraper): NetworkEdges {
  return {
    ingress: [
      {
        from: [{ podSelector: {} }, { namespaceSelector: { matchLabels: { [gatewayNamespaceLabel]: "true" } } }],
        ports: [{ protocol: "TCP", port: httpPortName }],
      },
      ...scraperIngress(metricsPort, scraper),
    ],
    egress: [dnsEgress, ...(downloads ? [internetEgress] : [])],
  };
}
