import { type ComponentOptions, ObjectsComponent, recommendedLabels, type ObjectOf } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";

/** The namespace that every add-on of the platform lives in. */
export const addonNamespace = "genai-addons";

/** The objects of the add-ons' namespace. */
export type AddonNamespaceObjects = {
  namespace: ObjectOf<"Namespace">;
  defaultDeny: ObjectOf<"NetworkPolicy">;
};

/** The add-ons' namespace as plain data. */
export function addonNamespaceObjects(): AddonNamespaceObjects {
  const labels = recommendedLabels({ application: "addons", instance: addonNamespace, component: "addons" });
  return {
    namespace: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: addonNamespace,
        labels: {
          ...labels,
          // `privileged`, because the device plugin mounts the kubelet's socket directory and `baseline` forbids every hostPath.
          "pod-security.kubernetes.io/enforce": "privileged",
          "pod-security.kubernetes.io/enforce-version": "latest",
        },
      },
    },
    defaultDeny: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "default-deny", namespace: addonNamespace, labels },
      // An add-on that talks over the network brings a policy for its own Pods.
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    },
  };
}

/** The namespace of the add-ons, closed to the network. Add-ons depend on it. */
export class AddonNamespace extends ObjectsComponent<AddonNamespaceObjects> {
  /** Name of the namespace, known once it exists. */
  public readonly namespace: pulumi.Output<string>;

  constructor(name: string, options?: ComponentOptions) {
    super("addons:AddonNamespace", name, addonNamespaceObjects(), options);
    this.namespace = this.nodes.namespace.metadata.name;
    this.registerOutputs({ namespace: this.namespace });
  }
}
