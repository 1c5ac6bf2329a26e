import { onPods, type Rule } from "../rule.ts";

const longRunning = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];
const probeNames = ["readinessProbe", "livenessProbe"] as const;

export const probes: Rule = {
  name: "probes",
  description:
    "What runs for long says when it is ready and whether it is alive, or traffic reaches a server that has no model yet.",
  check: onPods(({ containers = [] }, { kind }) =>
    longRunning.includes(kind)
      ? containers.flatMap((container) =>
          probeNames
            .filter((probe) => !container[probe])
            .map((probe) => `container ${container.name} has no ${probe}; give it one`),
        )
      : [],
  ),
};
