import { KubernetesError } from "./errors.ts";

/** Where the API server keeps objects of a kind. */
export interface ApiResource {
  kind: string;
  namespaced: boolean;
  /** Path of the collection, or of one object. `namespace` is ignored for cluster-scoped kinds. */
  path(namespace?: string, name?: string): string;
}

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Asks the API server which kinds it serves, once per group and version, and again when one is missing: a CRD may be new. */
export class Discovery {
  readonly #get: (path: string) => Promise<ResourceList>;
  readonly #groups = new Map<string, Promise<ResourceList>>();

  constructor(get: (path: string) => Promise<ResourceList>) {
    this.#get = get;
  }

  /** @throws {KubernetesError} 404 if the kind is not served. */
  async find(apiVersion: string, kind: string): Promise<ApiResource> {
    const found = (await this.#look(apiVersion, kind, false)) ?? (await this.#look(apiVersion, kind, true));
    if (found) return found;
    throw new KubernetesError(404, {
      reason: "NotFound",
      message: `The cluster serves no kind ${kind} in ${apiVersion}: is its CustomResourceDefinition missing, or its version gone?`,
    });
  }

  async #look(apiVersion: string, kind: string, again: boolean): Promise<ApiResource | undefined> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    if (again || !this.#groups.has(root)) this.#groups.set(root, this.#get(root));
    const list = await this.#groups.get(root)?.catch((error: unknown) => {
      this.#groups.delete(root);
      if (error instanceof KubernetesError && error.status === 404) return undefined;
      throw error;
    });
    const resource = list?.resources.find((candidate) => candidate.kind === kind && !candidate.name.includes("/"));
    if (!resource) return undefined;
    const { name: plural, namespaced } = resource;
    return {
      kind,
      namespaced,
      path: (namespace, name) =>
        [root, ...(namespaced && namespace ? ["namespaces", namespace] : []), plural, ...(name ? [name] : [])].join(
          "/",
        ),
    };
  }
}
