import { onContainers, type Rule } from "../rule.ts";

export const resources: Rule = {
  name: "resources",
  description:
    "Containers request CPU and memory and limit memory: what requests nothing is placed anywhere and evicted first.",
  check: onContainers(({ resources: { requests = {}, limits = {} } = {} }) => {
    const missing = [
      ...["cpu", "memory"].filter((name) => !requests[name]).map((name) => `resources.requests.${name}`),
      ...(limits["memory"] ? [] : ["resources.limits.memory"]),
    ];
    return missing.length > 0 ? [`names no ${missing.join(", no ")}; set it`] : [];
  }),
};
