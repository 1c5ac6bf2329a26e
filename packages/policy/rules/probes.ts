import { podSpecsOf } from "../objects.ts";
import { onPods, type Rule } from "../rule.ts";

const longRunning = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "LeaderWorkerSet"];
const probeNames = ["readinessProbe", "livenessProbe"] as const;

export const probes: Rule = {
  name: "probes",
  description:
    "What runs for long says when it is ready and whether it is alive, or traffic reaches a server that has no model yet.",
  check: onPods((pod, object) =>
    // The workers of a group serve nothing: its leader answers for all, and they end with it.
    longRunning.includes(object.kind) && pod === podSpecsOf(object)[0]
      ? (pod.containers ?? []).flatMap((container) =>
          probeNames
            .filter((probe) => !container[probe])
            .map((probe) => `container ${container.name} has no ${probe}; give it one`),
        )
      : [],
  ),
};
