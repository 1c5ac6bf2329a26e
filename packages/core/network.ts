/** The egress that everything needs: the cluster's name servers. */
export const dnsEgress = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

/** A namespace whose Pods may connect, and the port or its name. */
export interface Caller {
  namespace: string;
  port: number | string;
}

/** The ingress of one caller: Pods of a namespace to one port. */
export function ingressFrom({ namespace, port }: Caller) {
  return {
    from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }],
    ports: [{ protocol: "TCP", port }],
  };
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
