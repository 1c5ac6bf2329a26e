import type { Rule } from "../rule.ts";

export const noWildcardRoles: Rule = {
  name: "no-wildcard-roles",
  description:
    "Roles name the verbs and resources that they allow: a wildcard grows with every new kind in the cluster.",
  check({ kind, rules: granted }) {
    if (kind !== "Role" && kind !== "ClusterRole") return [];
    const list = (granted ?? []) as { verbs?: string[]; resources?: string[]; apiGroups?: string[] }[];
    const wide = (["verbs", "resources", "apiGroups"] as const).filter((part) =>
      list.some((rule) => rule[part]?.includes("*")),
    );
    return wide.map((part) => `allows all ${part} (*); name them`);
  },
};
