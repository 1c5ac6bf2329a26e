import { podSpecsOf } from "../objects.ts";
import { replicasOf, selectsPodsOf } from "../replicas.ts";
import type { Rule } from "../rule.ts";

export const replicasApart: Rule = {
  name: "replicas-apart",
  description: "Several replicas are spread over nodes, or the loss of one node is the loss of the service.",
  check(object, all) {
    const replicas = replicasOf(object, all);
    if (replicas < 2) return [];
    const spread = podSpecsOf(object)[0]?.topologySpreadConstraints?.some(
      ({ topologyKey, labelSelector }) =>
        topologyKey === "kubernetes.io/hostname" && selectsPodsOf(object, labelSelector?.matchLabels),
    );
    return spread
      ? []
      : [
          `has up to ${replicas} replicas that may all be on one node; add a topologySpreadConstraint over kubernetes.io/hostname that selects them`,
        ];
  },
};
