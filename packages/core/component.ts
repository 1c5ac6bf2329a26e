import * as pulumi from "@pulumi/pulumi";
import { resourceClasses, type KubernetesObjects, type ResourcesOf } from "./kinds.ts";

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
   * @param options `transforms` on these reach every child; a key in `childOptions` reaches that child alone.
   */
  protected constructor(
    type: `${string}:${string}`,
    name: string,
    objects: Objects,
    options: pulumi.ComponentResourceOptions & { childOptions?: ChildOptions<Objects> } = {},
  ) {
    const { childOptions = {}, ...componentOptions } = options;
    super(`genai:${type}`, name, {}, componentOptions);
    this.nodes = this.registerObjects(name, objects, childOptions);
  }

  private registerObjects(name: string, objects: Objects, childOptions: ChildOptions<Objects>): ResourcesOf<Objects> {
    const nodes: Record<string, pulumi.CustomResource> = {};
    for (const [key, object] of Object.entries(objects)) {
      if (object === undefined) continue;
      const create = resourceClasses[object.kind] as unknown as ResourceConstructor;
      nodes[key] = new create(`${name}-${key}`, object, { ...childOptions[key], parent: this });
    }
    return nodes as unknown as ResourcesOf<Objects>;
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
