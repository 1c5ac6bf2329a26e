import { type ApiResource, isNotFound, type KubernetesClient, KubernetesError } from "../../kubernetes/index.ts";
import { type PropertyMap, reveal } from "../protocol/values.ts";
import { type KindName, partsOf } from "./kinds.ts";
import type { LiveObject } from "./objects.ts";
import { field } from "./readiness.ts";
import { withoutSecrets } from "./redact.ts";

/** Where an object is. */
export interface Place {
  resource: ApiResource;
  namespace: string | undefined;
  path: string;
}

/** The requests that the provider makes: read, server-side apply, delete. Errors carry no secret of the inputs. */
export class Api {
  readonly #client: KubernetesClient;

  constructor(client: KubernetesClient) {
    this.#client = client;
  }

  /** @throws {KubernetesError} 404 if the API server does not serve the kind. */
  async place(object: PropertyMap, id?: string): Promise<Place> {
    const resource = await this.#client.resourceFor(String(object["apiVersion"]), String(object["kind"]));
    const named = id === undefined ? undefined : partsOf(id);
    const namespace = named ? named.namespace : field(object, "metadata", "namespace");
    const name = named ? named.name : field(object, "metadata", "name");
    const inNamespace = resource.namespaced ? String(namespace ?? "default") : undefined;
    return { resource, namespace: inNamespace, path: resource.path(inNamespace, String(name)) };
  }

  /** Like `place`, but undefined where the kind is not served (any more): then there can be no such object. */
  async placeIfServed(object: PropertyMap & KindName, id: string): Promise<Place | undefined> {
    return this.place(object, id).catch(ignoreNotFound);
  }

  /** Whether objects of the kind live in a namespace; undefined for a kind whose definition is not there (yet). */
  async isNamespaced(apiVersion: string, kind: string): Promise<boolean | undefined> {
    return this.#client.resourceFor(apiVersion, kind).then(({ namespaced }) => namespaced, ignoreNotFound);
  }

  async read(path: string): Promise<LiveObject | undefined> {
    return this.#client.request<LiveObject>("GET", path).catch(ignoreNotFound);
  }

  /** Server-side apply. Fields of other managers are taken over only if the object says so itself (`pulumi.com/patchForce`). */
  async apply(path: string, inputs: PropertyMap, manager: string): Promise<LiveObject> {
    const isForced = field(inputs, "metadata", "annotations", "pulumi.com/patchForce") === "true";
    return this.#patch(path, inputs, { fieldManager: manager, ...(isForced ? { force: "true" } : {}) });
  }

  /** What applying would give, conflicts aside. */
  async dryRun(path: string, inputs: PropertyMap, manager: string): Promise<LiveObject> {
    return this.#patch(path, inputs, { fieldManager: manager, force: "true", dryRun: "All" });
  }

  /** A name as the API server makes it from `metadata.generateName`. */
  async generatedName({ resource, namespace }: Place, inputs: PropertyMap): Promise<string> {
    const query = { dryRun: "All" };
    const request = this.#client.request<LiveObject>("POST", resource.path(namespace), { body: reveal(inputs), query });
    return (await request.catch((error: unknown) => Promise.reject(withoutSecrets(error, inputs)))).metadata.name;
  }

  /** Deletes the object and what depends on it; one that is gone or has been made anew is left alone. */
  async delete(path: string, { metadata }: LiveObject): Promise<void> {
    const body = { propagationPolicy: "Foreground", preconditions: { uid: metadata["uid"] } };
    await this.#client.request("DELETE", path, { body }).catch(ignoreNotFound);
  }

  async #patch(path: string, inputs: PropertyMap, query: Record<string, string>): Promise<LiveObject> {
    const body = reveal(inputs);
    const options = { body, contentType: "application/apply-patch+yaml", query };
    try {
      return await this.#client.request<LiveObject>("PATCH", path, options);
    } catch (error) {
      throw withAdvice(withoutSecrets(error, inputs));
    }
  }
}

function ignoreNotFound(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}

/** A conflict names the other manager and the field already; it does not say what can be done. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof KubernetesError) || error.reason !== "Conflict" || !error.message.startsWith("Apply failed"))
    return error;
  const message = `${error.message}\nAnother manager owns what the program sets: leave the field out of the program, or take it over with the annotation pulumi.com/patchForce: "true".`;
  return new KubernetesError(error.status, { reason: error.reason, message, details: { causes: error.causes } });
}
