import { dnsEgress, type NetworkEdges, scraperIngress, tenantLabel } from "@genai/core";
import { gatewayNamespaceLabel } from "../serving/network.ts";
import { httpPortName } from "../serving/probes.ts";
import { cacheEgress } from "./cache.ts";
import type { GatewayArgs } from "./gateway-args.ts";
import { gatewayMetrics, gatewayPort } from "./gateway-pod.ts";
import { exposureIngress } from "./exposure.ts";

const tenantNamespaces = { matchExpressions: [{ key: tenantLabel, operator: "Exists" }] };

/** The edges of the gateway: tenants, what exposes it and a scraper in; the model servers and its cache out. */
export function gatewayEdges(
  cache: string,
  { exposure, scraper }: Pick<GatewayArgs, "exposure" | "scraper">,
): NetworkEdges {
  return {
    ingress: [
      { from: [{ namespaceSelector: tenantNamespaces }], ports: [{ protocol: "TCP", port: httpPortName }] },
      ...exposureIngress(exposure),
      ...scraperIngress(gatewayMetrics.name, scraper),
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
export function toGateway(pods: Readonly<Record<string, string>>) {
  const namespaceSelector = { matchLabels: { [gatewayNamespaceLabel]: "true" } };
  return {
    to: [{ namespaceSelector, podSelector: { matchLabels: pods } }],
    ports: [{ protocol: "TCP", port: gatewayPort }],
  };
}
