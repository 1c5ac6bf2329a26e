import { BlockList } from "node:net";

type Labels = Readonly<Record<string, string>>;

interface Requirement {
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: readonly string[];
}
interface Selector {
  matchLabels?: Labels;
  matchExpressions?: readonly Requirement[];
}
interface IpBlock {
  cidr: string;
  except?: readonly string[];
}
interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: IpBlock;
}
interface PolicyPort {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}
interface Rule {
  from?: readonly Peer[];
  to?: readonly Peer[];
  ports?: readonly PolicyPort[];
}
interface NetworkPolicy {
  metadata: { namespace: string };
  spec: { podSelector: Selector; policyTypes?: readonly string[]; ingress?: readonly Rule[]; egress?: readonly Rule[] };
}

/** One end of a connection: a Pod, or, without a namespace, an address outside the cluster. */
export interface NetworkEnd {
  address: string;
  namespace?: string;
  labels?: Labels;
  /** Numbers of its ports, by their names. */
  ports?: Readonly<Record<string, number>>;
}

/** The policies of a cluster, and the labels of its namespaces by their names. */
export interface NetworkBorders {
  policies: readonly object[];
  namespaces: Readonly<Record<string, Labels>>;
}

/**
 * Whether NetworkPolicies (networking.k8s.io/v1) let one end open a TCP connection to another at a port: the egress of the one and the
 * ingress of the other have to allow it. Policies add up, and a Pod that none selects for a direction is open in it.
 */
export function isReachable(borders: NetworkBorders, from: NetworkEnd, to: NetworkEnd, port: number): boolean {
  const passes = (direction: "Ingress" | "Egress", own: NetworkEnd, other: NetworkEnd) => {
    const policies = (borders.policies as readonly NetworkPolicy[]).filter(
      ({ metadata, spec }) =>
        own.namespace === metadata.namespace &&
        matches(spec.podSelector, own.labels) &&
        typesOf(spec).includes(direction),
    );
    if (policies.length === 0) return true;
    return policies.some(({ metadata, spec }) =>
      (direction === "Ingress" ? (spec.ingress ?? []) : (spec.egress ?? [])).some(
        (rule) =>
          isOneOf(direction === "Ingress" ? rule.from : rule.to, (peer) =>
            isPeer(borders, metadata.namespace, peer, other),
          ) && isOneOf(rule.ports, (each) => isPort(each, to, port)),
      ),
    );
  };
  return passes("Egress", from, to) && passes("Ingress", to, from);
}

function typesOf({ policyTypes, egress }: NetworkPolicy["spec"]): readonly string[] {
  return policyTypes ?? (egress ? ["Ingress", "Egress"] : ["Ingress"]);
}

/** A list that is empty or missing restricts nothing. */
function isOneOf<Item>(list: readonly Item[] | undefined, test: (item: Item) => boolean): boolean {
  return !list || list.length === 0 || list.some(test);
}

function isPeer({ namespaces }: NetworkBorders, own: string, peer: Peer, end: NetworkEnd): boolean {
  if (peer.ipBlock) return isInBlock(peer.ipBlock, end.address);
  const { namespace } = end;
  if (namespace === undefined) return false;
  const inNamespace = peer.namespaceSelector
    ? matches(peer.namespaceSelector, namespaces[namespace])
    : namespace === own;
  return inNamespace && matches(peer.podSelector ?? {}, end.labels);
}

function isPort({ protocol = "TCP", port, endPort }: PolicyPort, { ports = {} }: NetworkEnd, wanted: number): boolean {
  if (protocol !== "TCP") return false;
  if (port === undefined) return true;
  const first = typeof port === "string" ? ports[port] : port;
  return first !== undefined && wanted >= first && wanted <= (endPort ?? first);
}

function isInBlock({ cidr, except = [] }: IpBlock, address: string): boolean {
  const family = address.includes(":") ? "ipv6" : "ipv4";
  const isIn = (block: string) => {
    const [network = "", prefix] = block.split("/");
    if (network.includes(":") !== address.includes(":")) return false;
    const list = new BlockList();
    list.addSubnet(network, Number(prefix), family);
    return list.check(address, family);
  };
  return isIn(cidr) && !except.some(isIn);
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels = {}): boolean {
  const isMet = ({ key, operator, values = [] }: Requirement) => {
    const value = labels[key];
    if (operator === "Exists") return value !== undefined;
    if (operator === "DoesNotExist") return value === undefined;
    const isIn = value !== undefined && values.includes(value);
    return operator === "In" ? isIn : !isIn;
  };
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(isMet);
}
