import type { ObjectOf } from "@genai/core";

const group = "nfd.k8s-sigs.io";

/** A kind of node feature discovery's API. */
export interface NodeFeatureKind {
  kind: string;
  scope: "Namespaced" | "Cluster";
}

/**
 * The kinds that the programs of node feature discovery write and read (v0.18, without the alpha kind of groups of nodes). They are
 * declared with an open schema: the programs check what they read, and nobody but administrators may write them.
 */
export const nodeFeatureKinds = {
  nodeFeature: { kind: "NodeFeature", scope: "Namespaced" },
  nodeFeatureRule: { kind: "NodeFeatureRule", scope: "Cluster" },
} as const satisfies Record<string, NodeFeatureKind>;

/** The API server's own spelling, which Pulumi's types have with underscores and the objects must not. */
const open: object = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** The definition of a kind; deleted with the add-on, and with it every object of the kind. */
export function nodeFeatureDefinition(
  { kind, scope }: NodeFeatureKind,
  labels: Record<string, string>,
): ObjectOf<"CustomResourceDefinition"> {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}`, labels },
    spec: {
      group,
      scope,
      names: { kind, listKind: `${kind}List`, plural, singular },
      versions: [
        {
          name: "v1alpha1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: "object",
              required: ["spec"],
              properties: { spec: open },
            },
          },
        },
      ],
    },
  };
}
