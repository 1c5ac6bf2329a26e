import { poolLabel } from "./labels.ts";

/** A taint on the nodes of a pool. */
export interface Taint {
  key: string;
  /** @default none */
  value?: string;
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. */
  effect: string;
}

/** A node pool, as far as placing Pods on it goes. */
export interface PlacedPool {
  /** Value of its nodes' label `genai.platform/pool`. */
  name: string;
  /** What keeps other Pods away from its nodes. @default none */
  taints?: readonly Taint[];
}

/** What lets a Pod past taints of its nodes. */
export interface Toleration {
  key?: string;
  operator: "Equal" | "Exists";
  value?: string;
  /** @default every effect */
  effect?: string;
  /** Seconds after which a Pod that is there already has to go. @default never */
  tolerationSeconds?: number;
}

interface NodeRequirement {
  key: string;
  operator: "In" | "NotIn";
  values: string[];
}

/** Exactly the tolerations that taints need, each once. */
export function tolerationsOf(taints: readonly Taint[]): Toleration[] {
  const all = taints.map(({ key, value, effect }): Toleration =>
    value ? { key, operator: "Equal", value, effect } : { key, operator: "Exists", effect },
  );
  return [...new Map(all.map((toleration) => [JSON.stringify(toleration), toleration])).values()];
}

/** Where the Pods of a service on one pool run: its tolerations and the affinity to its nodes; one without the other never schedules. */
export function poolPlacement({ name, taints = [] }: PlacedPool) {
  return {
    tolerations: tolerationsOf(taints),
    affinity: requiredNodes([[{ key: poolLabel, operator: "In", values: [name] }]]),
  };
}

/**
 * Seconds that a server's Pod stays on a node of which nothing is heard. Kubernetes' own default, 300, leaves a replica missing for
 * five minutes before another one begins to load; less than a minute would give up Pods with their loaded weights for a kubelet that
 * is only restarted (an estimate: the node controller has waited 50 s already before it takes a node for lost).
 */
export const lostNodeSeconds = 60;

/** Where the Pods of a server that keeps nothing run: on its pool, and soon elsewhere when their node is lost. */
export function serverPlacement(pool: PlacedPool) {
  const { tolerations, affinity } = poolPlacement(pool);
  const lost = ["not-ready", "unreachable"].map((state): Toleration => ({
    key: `node.kubernetes.io/${state}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: lostNodeSeconds,
  }));
  return { tolerations: [...tolerations, ...lost], affinity };
}

/** The usual taint of GPU nodes, with any value: on nodes of no pool as well. */
const usualGpuToleration: Toleration = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };

/**
 * The tolerations of what runs on every node, one Pod each: the usual taint of GPU nodes, those of the pools, and the mark of
 * nodes that only take critical add-ons.
 */
export function nodeAgentTolerations(pools: readonly PlacedPool[]): Toleration[] {
  const own = tolerationsOf(pools.flatMap(({ taints = [] }) => taints)).filter(
    ({ key, effect }) => !(key === usualGpuToleration.key && effect === usualGpuToleration.effect),
  );
  return [{ key: "CriticalAddonsOnly", operator: "Exists" }, usualGpuToleration, ...own];
}

/**
 * Where an agent of GPU nodes runs: on the nodes of these pools, and on those that feature discovery found a GPU of NVIDIA's on
 * (10de is its PCI vendor number), since many clusters run no feature discovery and others label no pools.
 * @param pauseLabel Node label by which NVIDIA's MIG manager sends the agent away while it splits a node's GPUs. @default none
 */
export function gpuAgentPlacement(pools: readonly PlacedPool[], pauseLabel?: string) {
  const found: NodeRequirement[] = ["feature.node.kubernetes.io/pci-10de.present", "nvidia.com/gpu.present"].map(
    (key) => ({ key, operator: "In", values: ["true"] }),
  );
  return agentPlacement(found, pools, pauseLabel);
}

/** Where an agent of certain pools runs: on their nodes alone. */
export function poolAgentPlacement(pools: readonly PlacedPool[]) {
  return agentPlacement([], pools);
}

function agentPlacement(found: readonly NodeRequirement[], pools: readonly PlacedPool[], pauseLabel?: string) {
  const names = pools.map(({ name }) => name);
  const places: NodeRequirement[] = [
    ...found,
    ...(names.length > 0 ? [{ key: poolLabel, operator: "In" as const, values: names }] : []),
  ];
  const paused: NodeRequirement[] = pauseLabel
    ? [{ key: pauseLabel, operator: "NotIn", values: ["false", "paused-for-mig-change"] }]
    : [];
  return {
    tolerations: nodeAgentTolerations(pools),
    affinity: requiredNodes(places.map((place) => [place, ...paused])),
  };
}

/** Nodes that meet every requirement of one of the terms. */
function requiredNodes(terms: readonly (readonly NodeRequirement[])[]) {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: terms.map((requirements) => ({ matchExpressions: [...requirements] })),
      },
    },
  };
}

/**
 * Replicas apart from each other, on other nodes and in other zones: losing one then loses one replica.
 * @param selector Labels of the Pods.
 */
export function spreadReplicas(selector: Readonly<Record<string, string>>) {
  return ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    // An uneven replica is better than none.
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: { ...selector } },
    matchLabelKeys: ["pod-template-hash"],
  }));
}
