import { type Caller, dnsEgress, ingressFrom, type ObjectOf, tenantLabel } from "@genai/core";
import { gatewayNamespaceLabel } from "../serving/network.ts";
import { httpPortName } from "../serving/probes.ts";
import { cacheEgress } from "./cache.ts";

type PolicySpec = NonNullable<ObjectOf<"NetworkPolicy">["spec"]>;

const tenantNamespaces = { matchExpressions: [{ key: tenantLabel, operator: "Exists" }] };

/** The edges of the gateway: tenants, a scraper and what exposes it in; the model servers and its cache out. */
export function gatewayPolicySpec(
  selector: Record<string, string>,
  cache: string,
  callers: { exposedBy?: string; scrapedFrom?: Caller },
): PolicySpec {
  const { exposedBy, scrapedFrom } = callers;
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      { from: [{ namespaceSelector: tenantNamespaces }], ports: [{ protocol: "TCP", port: httpPortName }] },
      ...[exposedBy ? { namespace: exposedBy, port: httpPortName } : undefined, scrapedFrom].flatMap((caller) =>
        caller ? [ingressFrom(caller)] : [],
      ),
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

/** The way of a tenant's Pods to the gateway. */
export function toGatewaySpec(selector: Record<string, string>, port: number): PolicySpec {
  return {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { [gatewayNamespaceLabel]: "true" } },
            podSelector: { matchLabels: selector },
          },
        ],
        ports: [{ protocol: "TCP", port }],
      },
    ],
  };
}
