import type { ObjectOf } from "../kinds.ts";
import { internetEgress } from "../network.ts";

/** A NetworkPolicy as components write it: plain, with no value that only a deployment knows. */
export interface PlainNetworkPolicy {
  metadata: { name: string; namespace: string; labels?: Record<string, string> };
  spec: {
    podSelector: Selector;
    policyTypes: readonly string[];
    ingress?: readonly IngressRule[];
    egress?: readonly EgressRule[];
  };
}

export interface Selector {
  matchLabels?: Readonly<Record<string, string>>;
  matchExpressions?: readonly object[];
}

export interface Peer {
  namespaceSelector?: Selector;
  podSelector?: Selector;
  ipBlock?: object;
}

interface Port {
  protocol?: string;
  port?: number | string;
}

export interface IngressRule {
  from?: readonly Peer[];
  ports?: readonly Port[];
}

interface EgressRule {
  to?: readonly Peer[];
  ports?: readonly Port[];
}

/** The port at which Istio's node agent takes encrypted traffic for every Pod of the mesh (https://istio.io/latest/docs/ambient/usage/networkpolicy/). */
export const tunnelPort = 15008;

/**
 * Where the kubelet's probes seem to come from in an ambient mesh (same page): the address that marks them. It exists on the Pod's own
 * node alone.
 */
const probeAddresses = ["169.254.7.127/32", "fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128"];

/**
 * The policy for Pods whose traffic goes through tunnels: whoever may connect at a port may connect at the tunnel's. Which port is meant
 * then only the mesh sees, so that `authorizationOf` has to repeat the ports.
 */
export function tunnelled(policy: ObjectOf<"NetworkPolicy">): ObjectOf<"NetworkPolicy"> {
  const { spec } = plainPolicy(policy);
  const { ingress, egress } = spec;
  return {
    ...policy,
    spec: {
      ...spec,
      ...(ingress && { ingress: ingress.map(withTunnel) }),
      ...(egress && { egress: egress.map((rule) => (leavesMesh(rule) ? rule : withTunnel(rule))) }),
    },
  } as ObjectOf<"NetworkPolicy">;
}

/** What leads out of the mesh gets no tunnel: to the internet and, without peers, to the API server and kubelets. */
function withTunnel<Rule extends { ports?: readonly Port[] }>(rule: Rule): Rule {
  return rule.ports ? { ...rule, ports: [...rule.ports, { protocol: "TCP", port: tunnelPort }] } : rule;
}

function leavesMesh({ to }: EgressRule): boolean {
  return !to || to.every(isInternet);
}

function isInternet(peer: Peer): boolean {
  return internetEgress.to.some((each) => JSON.stringify(each) === JSON.stringify(peer));
}

/** Lets the kubelet's probes reach every Pod of a namespace: rewritten by the mesh, they no longer count as the node's own. */
export function probesAllowed(namespace: string, labels: Readonly<Record<string, string>>): ObjectOf<"NetworkPolicy"> {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "allow-mesh-probes", namespace, labels },
    spec: {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: probeAddresses.map((cidr) => ({ ipBlock: { cidr } })) }],
    },
  };
}

/** What of a policy is plain in every component. */
export function plainPolicy(policy: ObjectOf<"NetworkPolicy">): PlainNetworkPolicy {
  return policy as unknown as PlainNetworkPolicy;
}
