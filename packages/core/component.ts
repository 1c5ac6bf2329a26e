import * as pulumi from "@pulumi/pulumi";
import { resourceClasses, type Kind, type KubernetesObjects, type ResourcesOf } from "./kinds.ts";
import { type Mesh, meshed } from "./mesh/mesh.ts";

/** Options of a component. Like a provider, the mesh reaches the components below it. */
export interface ComponentOptions extends pulumi.ComponentResourceOptions {
  /** The mesh that its Pods are in. @default its parent's, or none */
  mesh?: Mesh;
}

/**
 * Base of every component: the type token is `genai:<module>:<Class>`, and the children are the plain objects that a pure function
 * computed, registered as `<name>-<key>` with this component as their parent.
 *
 * @typeParam Objects The component's objects as its pure function returns them.
 */
export abstract class ObjectsComponent<Objects extends KubernetesObjects> extends pulumi.ComponentResource {
  /** Read access to the child resources, under the keys of the component's objects. */
  public readonly nodes: ResourcesOf<Objects>;
  /** The mesh that it is deployed in, if there is one. */
  public readonly mesh: Mesh | undefined;

  /**
   * @param type Type token without the package: `<module>:<Class>`.
   * @param name Pulumi name, unique among components of this type.
   * @param objects What to deploy.
   * @param options `transforms` and, unlike in plain components, `dependsOn` on these reach every child; a key in `childOptions`
   *   reaches that child alone. Namespaces and kinds come first, then what Pods refer to or are bound by, then the rest.
   */
  protected constructor(
    type: `${string}:${string}`,
    name: string,
    objects: Objects,
    options: ComponentOptions & { childOptions?: ChildOptions<Objects> } = {},
  ) {
    const { childOptions = {}, mesh = meshOf(options.parent), ...componentOptions } = options;
    super(`genai:${type}`, name, {}, componentOptions);
    this.mesh = mesh;
    const childOptionsByKey: Readonly<Record<string, pulumi.CustomResourceOptions | undefined>> = childOptions;
    const nodes: Record<string, pulumi.CustomResource> = {};
    const all: KubernetesObjects = mesh ? meshed(objects, mesh) : objects;
    const present = Object.entries(all).flatMap(([key, object]) =>
      object ? [{ key, object, stage: stageOf(object.kind) }] : [],
    );
    let before = pulumi.mergeOptions({ parent: this }, { dependsOn: componentOptions.dependsOn });
    for (const stage of stages) {
      const own = present.filter((child) => child.stage === stage);
      for (const { key, object } of own) {
        const create = resourceClasses[object.kind] as unknown as ResourceConstructor;
        nodes[key] = new create(`${name}-${key}`, object, pulumi.mergeOptions(before, childOptionsByKey[key]));
      }
      before = pulumi.mergeOptions(before, { dependsOn: own.flatMap(({ key }) => nodes[key] ?? []) });
    }
    this.nodes = nodes as unknown as ResourcesOf<Objects>;
  }
}

function meshOf(parent: pulumi.Resource | undefined): Mesh | undefined {
  return parent instanceof ObjectsComponent ? parent.mesh : undefined;
}

/** In which order the children of a component come to be: a Pod without its ServiceAccount is refused, one without its policies is open. */
const stages = ["ground", "foundation", "rest"] as const;

/** What must be there before anything can be stored in it or of it. */
const grounds: ReadonlySet<Kind> = new Set(["CustomResourceDefinition", "Namespace"]);

const foundations: ReadonlySet<Kind> = new Set([
  "AuthorizationPolicy",
  "ClusterRole",
  "ClusterRoleBinding",
  "Cohort",
  "ConfigMap",
  "LimitRange",
  "NetworkPolicy",
  "PeerAuthentication",
  "PersistentVolumeClaim",
  "PriorityClass",
  "ResourceFlavor",
  "ResourceQuota",
  "Role",
  "RoleBinding",
  "RuntimeClass",
  "Secret",
  "ServiceAccount",
  "WorkloadPriorityClass",
]);

function stageOf(kind: Kind): (typeof stages)[number] {
  if (grounds.has(kind)) return "ground";
  return foundations.has(kind) ? "foundation" : "rest";
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
