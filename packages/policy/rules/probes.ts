import { podSpecsOf } from "../objects.ts";
import type { Rule } from "../rule.ts";

const longRunning = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "LeaderWorkerSet"];
const probeNames = ["readinessProbe", "livenessProbe"] as const;

/** What loads a model before it answers, by the label `app.kubernetes.io/component`. */
const modelServers = ["inference", "embedding"];

export const probes: Rule = {
  name: "probes",
  description:
    "What runs for long says when it is ready and whether it is alive, and a model server when it has started, or traffic reaches a server that has no model yet and loading is taken for a hang.",
  check(object) {
    const { kind, metadata } = object;
    // The workers of a group serve nothing: its leader answers for all, and they end with it.
    const [pod] = podSpecsOf(object);
    if (!longRunning.includes(kind)) return [];
    const component = metadata?.labels?.["app.kubernetes.io/component"] ?? "";
    const wanted = modelServers.includes(component) ? (["startupProbe", ...probeNames] as const) : probeNames;
    return (pod?.containers ?? []).flatMap((container) =>
      wanted
        .filter((probe) => !container[probe])
        .map((probe) => `container ${container.name} has no ${probe}; give it one`),
    );
  },
};
