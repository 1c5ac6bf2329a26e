import * as pulumi from "@pulumi/pulumi";
import { resourceClasses, type KubernetesObject, type KubernetesObjects, type ResourcesOf } from "./kinds.ts";

/**
 * Base of every component: the type token is `genai:<module>:<Class>`, and the children are the plain objects that a pure function
 * computed, registered as `<name>-<key>` with this component as their parent.
 *
 * @typeParam Objects The component's objects as its pure function returns them.
 */
export abstract class ObjectsComponent<Objects extends KubernetesObjects> extends pulumi.ComponentResource {
  /** Read access to the child resources, under the keys of the component's objects. */
  public readonly nodes: ResourcesOf<Objects>;

  /**
   * @param type Type token without the package: `<module>:<Class>`.
   * @param name Pulumi name, unique among components of this type.
   * @param objects What to deploy.
   * @param options `transforms` and, unlike in plain components, `dependsOn` on these reach every child; a key in `childOptions`
   *   reaches that child alone. A Namespace among the objects is there before the others.
   */
  protected constructor(
    type: `${string}:${string}`,
    name: string,
    objects: Objects,
    options: pulumi.ComponentResourceOptions & { childOptions?: ChildOptions<Objects> } = {},
  ) {
    const { childOptions = {}, ...componentOptions } = options;
    super(`genai:${type}`, name, {}, componentOptions);
    const childOptionsByKey: Readonly<Record<string, pulumi.CustomResourceOptions | undefined>> = childOptions;
    const inherited = { parent: this, dependsOn: componentOptions.dependsOn };
    const nodes: Record<string, pulumi.CustomResource> = {};
    const register = (key: string, object: KubernetesObject, options: pulumi.CustomResourceOptions) => {
      const create = resourceClasses[object.kind] as unknown as ResourceConstructor;
      nodes[key] = new create(`${name}-${key}`, object, pulumi.mergeOptions(options, childOptionsByKey[key]));
    };
    const present = Object.entries<KubernetesObject | undefined>(objects).flatMap(([key, object]) =>
      object ? [{ key, object }] : [],
    );
    const namespaces = present.filter(({ object }) => object.kind === "Namespace");
    for (const { key, object } of namespaces) register(key, object, inherited);
    const afterNamespaces = pulumi.mergeOptions(inherited, { dependsOn: Object.values(nodes) });
    for (const { key, object } of present) if (object.kind !== "Namespace") register(key, object, afterNamespaces);
    this.nodes = nodes as unknown as ResourcesOf<Objects>;
  }
}

/** Options for single children, by the key of their object. */
export type ChildOptions<Objects extends KubernetesObjects> = {
  readonly [Key in keyof Objects]?: Omit<pulumi.CustomResourceOptions, "parent">;
};

type ResourceConstructor = new (
  name: string,
  args: object,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;
