import type { Rule } from "../rule.ts";

export const noExposedServices: Rule = {
  name: "no-exposed-services",
  description:
    "Services are reached inside the cluster; what the outside may use goes through a gateway that asks for a key.",
  check({ kind, spec }) {
    if (kind !== "Service") return [];
    const { type = "ClusterIP", externalIPs = [] } = (spec ?? {}) as { type?: string; externalIPs?: string[] };
    return [
      ...(["NodePort", "LoadBalancer"].includes(type) ? [`is of type ${type}; use ClusterIP`] : []),
      ...(externalIPs.length > 0 ? ["has externalIPs; remove them"] : []),
    ];
  },
};
