import { dnsEgress, type ObjectOf, tenantsOwnPods } from "@genai/core";

/** What may talk to what in a tenant's namespace. */
export type NetworkObjects = {
  defaultDeny: ObjectOf<"NetworkPolicy">;
  allowDns: ObjectOf<"NetworkPolicy">;
  allowWithin: ObjectOf<"NetworkPolicy">;
};

/**
 * Everything is closed. The tenant's own Pods resolve names and talk to each other; what else of the namespace they reach, and what they
 * are reached by, the policies of the platform's services say, one for each.
 */
export function networkObjects(
  metadata: (name: string) => { name: string; namespace: string; labels: Record<string, string> },
): NetworkObjects {
  const policy = (name: string, spec: NonNullable<ObjectOf<"NetworkPolicy">["spec"]>): ObjectOf<"NetworkPolicy"> => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata(name),
    spec,
  });
  const sameNamespace = [{ podSelector: {} }];
  return {
    defaultDeny: policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
    allowDns: policy("allow-dns", {
      ...tenantsOwnPods,
      policyTypes: ["Egress"],
      egress: [dnsEgress],
    }),
    allowWithin: policy("allow-within-namespace", {
      ...tenantsOwnPods,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: sameNamespace }],
      egress: [{ to: sameNamespace }],
    }),
  };
}
