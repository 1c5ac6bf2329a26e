import { partOfLabel, platformName } from "./labels.ts";
import type { Scraper } from "./scrape-target.ts";

/** Every Pod of a namespace. */
export function namespaceNamed(name: string) {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } };
}

/**
 * The Pods of a tenant's namespace that are the tenant's own. The platform's are left out: policies add up, so a rule for all Pods would
 * open what a service's own policy keeps closed.
 */
export const tenantsOwnPods = {
  podSelector: { matchExpressions: [{ key: partOfLabel, operator: "NotIn", values: [platformName] }] },
};

/** A part of the platform that others call or are called by, as the label `app.kubernetes.io/component` of its Pods. */
export type TenantComponent =
  "embedding" | "endpoint-picker" | "inference" | "pipeline" | "queue" | "vector-store" | "worker";

/** The platform's Pods of the same namespace that play one of these parts. */
export function podsOf(...components: TenantComponent[]) {
  return {
    podSelector: {
      matchLabels: { [partOfLabel]: platformName },
      matchExpressions: [{ key: "app.kubernetes.io/component", operator: "In", values: components }],
    },
  };
}

/** The egress that everything needs: the cluster's name servers. */
export const dnsEgress = {
  to: [
    {
      ...namespaceNamed("kube-system"),
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

/** The egress of what asks web servers: the internet without networks of one's own, above all without the cloud's metadata service. */
export const internetEgress = {
  to: [
    {
      ipBlock: {
        cidr: "0.0.0.0/0",
        except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
      },
    },
    { ipBlock: { cidr: "::/0", except: ["fc00::/7", "fe80::/10"] } },
  ],
  ports: [{ protocol: "TCP", port: 443 }],
};

/** Anywhere but the cloud's metadata service: for what may be in any network, and whose address is not known. */
const anywhere = [
  { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } },
  { ipBlock: { cidr: "::/0", except: ["fe80::/10"] } },
];

/** An endpoint of one's own may be in any network, and its address is not known; the cloud's metadata service is never one. */
export function endpointEgress(url: URL) {
  return { to: anywhere, ports: [{ protocol: "TCP", port: portOf(url) }] };
}

/** Where a service is that the platform does not run. */
export interface Whereabouts {
  /** Networks of its addresses, such as `203.0.113.0/24`. @default any but the cloud's metadata service, unless `namespace` is set */
  networks?: readonly string[];
  /** Namespace of this cluster in which it runs. @default outside the cluster */
  namespace?: string;
}

/** The egress to a service that the platform does not run: to where it is said to be, or to `url`'s port anywhere. */
export function serviceEgress(url: URL, { networks, namespace }: Whereabouts) {
  if (!networks && !namespace) return [endpointEgress(url)];
  return [
    ...(networks
      ? [
          {
            to: networks.map((cidr) => ({ ipBlock: { cidr } })),
            ports: [{ protocol: "TCP", port: portOf(url) }],
          },
        ]
      : []),
    // Its Pods may listen on another port than its Service.
    ...(namespace ? [{ to: [namespaceNamed(namespace)] }] : []),
  ];
}

function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === "https:" ? 443 : 80);
}

/** The ingress of what serves metrics at `port`: nothing where nobody reads them. */
export function scraperIngress(port: number | string, scraper: Scraper | undefined) {
  if (!scraper) return [];
  const { namespace, pods } = scraper;
  const from = {
    ...namespaceNamed(namespace),
    ...(pods && { podSelector: { matchLabels: { ...pods } } }),
  };
  return [{ from: [from], ports: [{ protocol: "TCP", port }] }];
}

/**
 * The egress of what calls the API server. Its address is not known beforehand and not that of Pods, so only the ports narrow it:
 * that of the Service `kubernetes`, and that which most API servers listen on, for networks that check after translating.
 */
export const apiServerEgress = {
  ports: [
    { protocol: "TCP", port: 443 },
    { protocol: "TCP", port: 6443 },
  ],
};
