import { podSpecOf } from "../objects.ts";
import { podLabelsOf, replicasOf } from "../replicas.ts";
import type { Rule } from "../rule.ts";

export const replicasApart: Rule = {
  name: "replicas-apart",
  description: "Several replicas are spread over nodes, or the loss of one node is the loss of the service.",
  check(object, all) {
    const replicas = replicasOf(object, all);
    if (replicas < 2) return [];
    const labels = podLabelsOf(object);
    const spread = podSpecOf(object)?.topologySpreadConstraints?.some(
      ({ topologyKey, labelSelector: { matchLabels = {} } = {} }) =>
        topologyKey === "kubernetes.io/hostname" &&
        Object.keys(matchLabels).length > 0 &&
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value),
    );
    return spread
      ? []
      : [
          `has up to ${replicas} replicas that may all be on one node; add a topologySpreadConstraint over kubernetes.io/hostname that selects them`,
        ];
  },
};
