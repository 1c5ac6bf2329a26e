/** Who reaches whom: NetworkPolicies, and what a mesh decides after them, read as the network and the mesh read them. For tests. */

type Labels = Record<string, string>;
interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}
interface Peer {
  namespaceSelector?: Selector;
  podSelector?: Selector;
  ipBlock?: object;
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol: string; port: number | string }[];
}
interface Source {
  principals?: string[];
  namespaces?: string[];
  notNamespaces?: string[];
}
interface Spec {
  mtls?: { mode: string };
  portLevelMtls?: Record<string, { mode: string }>;
  podSelector: Selector;
  policyTypes: string[];
  ingress?: Rule[];
  egress?: Rule[];
  selector?: Selector;
  rules?: { from?: { source: Source }[]; to?: { operation: { ports: string[] } }[] }[];
  template?: Template;
  jobTemplate?: { spec: { template: Template } };
  leaderWorkerTemplate?: { leaderTemplate: Template; workerTemplate: Template };
}
interface Template {
  metadata?: { labels?: Labels };
  spec: { serviceAccountName: string; containers: { ports?: { name: string; containerPort: number }[] }[] };
}
/** A rendered object, as JSON gives it. */
export interface Rendered {
  kind: string;
  metadata: { name: string; namespace: string; labels?: Labels };
  spec: Spec;
}
/** Pods that may meet. */
export interface Pod {
  name: string;
  namespace: string;
  account: string;
  labels: Labels;
  ports: Record<string, number>;
}

/** The Pods that objects make. */
export function podsOf(objects: readonly Rendered[]): Pod[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    const { template, jobTemplate, leaderWorkerTemplate: group } = spec ?? {};
    return [template, jobTemplate?.spec.template, group?.leaderTemplate, group?.workerTemplate].flatMap(
      (each, index) => {
        if (!each?.spec) return [];
        const ports = each.spec.containers.flatMap((container) => container.ports ?? []);
        return [
          {
            name: `${kind} ${metadata.namespace}/${metadata.name}${index > 2 ? " worker" : ""}`,
            namespace: metadata.namespace,
            account: each.spec.serviceAccountName,
            labels: each.metadata?.labels ?? {},
            ports: Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort])),
          },
        ];
      },
    );
  });
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const listed = value !== undefined && values.includes(value);
      if (operator === "In") return listed;
      if (operator === "NotIn") return !listed;
      throw new Error(`${operator} is no operator of a selector`);
    })
  );
}

/** Who may connect where in what was rendered, as networks and meshes decide it. */
export function reachIn(objects: readonly Rendered[]) {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  const of = (kind: string) => byKind.get(kind) ?? [];
  const namespaces = new Map(of("Namespace").map(({ metadata: { name, labels } }) => [name, labels ?? {}]));
  const labelsOf = (namespace: string) => ({
    ...namespaces.get(namespace),
    "kubernetes.io/metadata.name": namespace,
  });
  const isPeer = ({ namespaceSelector, podSelector = {}, ipBlock }: Peer, pod: Pod, policyNamespace: string) =>
    !ipBlock &&
    (namespaceSelector ? matches(namespaceSelector, labelsOf(pod.namespace)) : pod.namespace === policyNamespace) &&
    matches(podSelector, pod.labels);
  const network = (direction: "Ingress" | "Egress", from: Pod, to: Pod, port: number) => {
    const [pod, other] = direction === "Egress" ? [from, to] : [to, from];
    const policies = of("NetworkPolicy").filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.namespace &&
        spec.policyTypes.includes(direction) &&
        matches(spec.podSelector, pod.labels),
    );
    return (
      policies.length === 0 ||
      policies.some(({ metadata, spec }) =>
        (direction === "Ingress" ? spec.ingress : spec.egress)?.some((rule) => {
          const peers = rule.from ?? rule.to;
          // Egress without peers is for the API server and kubelets, which are no Pods.
          if (direction === "Egress" && !peers) return false;
          const numbers = rule.ports
            ?.filter(({ protocol }) => protocol === "TCP")
            .map(({ port: given }) => {
              return typeof given === "string" ? to.ports[given] : given;
            });
          return (
            (!peers || peers.some((peer) => isPeer(peer, other, metadata.namespace))) &&
            (!numbers || numbers.includes(port))
          );
        }),
      )
    );
  };
  const passes = (from: Pod, to: Pod, port: number) =>
    network("Egress", from, to, port) && network("Ingress", from, to, port);
  const isSource = ({ principals, namespaces: known, notNamespaces }: Source, { namespace, account }: Pod) =>
    (!known || known.includes(namespace)) &&
    !notNamespaces?.includes(namespace) &&
    (!principals || principals.some((each) => each === "*" || each === `*/ns/${namespace}/sa/${account}`));
  const authorized = (from: Pod, to: Pod, port: number) => {
    const policies = of("AuthorizationPolicy").filter(
      ({ metadata, spec }) => metadata.namespace === to.namespace && matches(spec.selector ?? {}, to.labels),
    );
    return (
      policies.length === 0 ||
      policies.some(({ spec }) =>
        spec.rules?.some(
          (rule) =>
            (!rule.from || rule.from.some(({ source }) => isSource(source, from))) &&
            (!rule.to || rule.to.some(({ operation }) => operation.ports.includes(String(port)))),
        ),
      )
    );
  };
  const acceptsPlainText = (to: Pod, port: number) => {
    const policies = of("PeerAuthentication").filter(({ metadata }) => metadata.namespace === to.namespace);
    const own = policies.find(({ spec }) => spec.selector && matches(spec.selector, to.labels))?.spec;
    const wide = policies.find(({ spec }) => !spec.selector)?.spec;
    return (own?.portLevelMtls?.[port] ?? own?.mtls ?? wide?.mtls)?.mode !== "STRICT";
  };
  return {
    plainly: passes,
    acceptsPlainText,
    inMesh: (from: Pod, to: Pod, port: number) => passes(from, to, 15008) && authorized(from, to, port),
  };
}
