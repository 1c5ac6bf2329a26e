import type { KubernetesObject } from "../objects.ts";
import { replicasOf, selectsPodsOf } from "../replicas.ts";
import type { Rule } from "../rule.ts";

export const disruptionBudget: Rule = {
  name: "disruption-budget",
  description:
    "Several replicas have a PodDisruptionBudget, and every budget lets a Pod go: a drain must neither take all of them at once nor wait forever.",
  check(object, all) {
    if (object.kind === "PodDisruptionBudget") return blocksDrains(object);
    const replicas = replicasOf(object, all);
    return replicas < 2 || all.some((budget) => isFor(budget, object))
      ? []
      : [`has up to ${replicas} replicas and no PodDisruptionBudget selects them; add one with maxUnavailable: 1`];
  },
};

interface Budget {
  maxUnavailable?: number | string;
  minAvailable?: number | string;
  selector?: { matchLabels?: Record<string, string> };
}

function blocksDrains({ spec }: KubernetesObject): string[] {
  const { maxUnavailable, minAvailable } = spec as Budget;
  const blocks = [0, "0", "0%"].includes(maxUnavailable ?? "") || minAvailable === "100%";
  return blocks ? ["lets no Pod be evicted, so that no node can be drained; set maxUnavailable: 1"] : [];
}

function isFor(budget: KubernetesObject, object: KubernetesObject): boolean {
  if (budget.kind !== "PodDisruptionBudget" || budget.metadata?.namespace !== object.metadata?.namespace) return false;
  return selectsPodsOf(object, (budget["spec"] as Budget).selector?.matchLabels);
}
