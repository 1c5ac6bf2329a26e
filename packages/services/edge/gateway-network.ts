import { dnsEgress, type NetworkEdges, type Scraper, scraperIngress, tenantLabel } from "@genai/core";
import { gatewayNamespaceLabel } from "../serving/network.ts";
import { httpPortName } from "../serving/probes.ts";
import { cacheEgress } from "./cache.ts";
import { exposureIngress, type Exposure } from "./exposure.ts";

const tenantNamespaces = { matchExpressions: [{ key: tenantLabel, operator: "Exists" }] };

/** The edges of the gateway: tenants, what exposes it and a scraper in; the model servers and its cache out. */
export function gatewayEdges(
  cache: string,
  { exposure, metricsPort, scraper }: { exposure?: Exposure; metricsPort: string; scraper?: Scraper },
): NetworkEdges {
  return {
    ingress: [
      { from: [{ namespaceSelector: tenantNamespaces }], ports: [{ protocol: "TCP", port: httpPortName }] },
      ...exposureIngress(exposure),
      ...scraperIngress(metricsPort, scraper),
    ],
    egress: [
      dnsEgress,
      cacheEgress(cache),
      {
        // On whatever port its engine listens.
        to: [
          {
            namespaceSelector: tenantNamespaces,
            podSelector: {
              matchExpressions: [
                { key: "app.kubernetes.io/component", operator: "In", values: ["inference", "embedding"] },
              ],
            },
          },
        ],
      },
    ],
  };
}

/** The egress of what asks the gateway. @param pods Labels of its Pods. */
export function toGateway(pods: Readonly<Record<string, string>>, port: number) {
  const namespaceSelector = { matchLabels: { [gatewayNamespaceLabel]: "true" } };
  return { to: [{ namespaceSelector, podSelector: { matchLabels: pods } }], ports: [{ protocol: "TCP", port }] };
}
