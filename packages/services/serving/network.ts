import { type Caller, dnsEgress, ingressFrom, type ObjectOf } from "@genai/core";
import { httpPortName } from "./probes.ts";

/** A namespace with this label, value `"true"`, holds the gateway and may call every model server. */
export const gatewayNamespaceLabel = "genai.platform/gateway";

/** The internet without networks of one's own, and above all without the cloud's metadata service. */
export const internet = [
  {
    ipBlock: {
      cidr: "0.0.0.0/0",
      except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
    },
  },
  { ipBlock: { cidr: "::/0", except: ["fc00::/7", "fe80::/10"] } },
];

/** The edges of a model server in a namespace that denies by default: callers in, names and weights out. */
export function serverNetworkPolicySpec(
  selector: Record<string, string>,
  scrapedFrom?: Caller,
): NonNullable<ObjectOf<"NetworkPolicy">["spec"]> {
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [{ podSelector: {} }, { namespaceSelector: { matchLabels: { [gatewayNamespaceLabel]: "true" } } }],
        ports: [{ protocol: "TCP", port: httpPortName }],
      },
      ...(scrapedFrom ? [ingressFrom(scrapedFrom)] : []),
    ],
    egress: [dnsEgress, { to: internet, ports: [{ protocol: "TCP", port: 443 }] }],
  };
}
