import { dnsEgress, type ObjectOf } from "@genai/core";

/** What may talk to what in a tenant's namespace. */
export type NetworkObjects = {
  defaultDeny: ObjectOf<"NetworkPolicy">;
  allowDns: ObjectOf<"NetworkPolicy">;
  allowWithin: ObjectOf<"NetworkPolicy">;
};

/**
 * Everything is closed but name resolution and the namespace itself. A workload that needs more (weights from the internet) brings
 * a policy of its own for its own Pods.
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
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [dnsEgress],
    }),
    allowWithin: policy("allow-within-namespace", {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: sameNamespace }],
      egress: [{ to: sameNamespace }],
    }),
  };
}
