import { randomBytes } from "node:crypto";
import { type ApiResource, isNotFound, type KubernetesClient, KubernetesError } from "../../kubernetes/index.ts";
import { concealLike, hasUnknown, isMap, type PropertyMap, type PropertyValue, reveal } from "../protocol/values.ts";
import { type AwaitOptions, Awaiting, NotReadyError } from "./awaiting.ts";
import { type Difference, differences, drifted, isBelow } from "./diff.ts";
import { isAutonamed, type NamingRequest, withName } from "./names.ts";
import { importedInputs, type LiveObject, normalized, objectId, stateOf } from "./objects.ts";
import { field } from "./readiness.ts";

/** Waited for an object when neither it nor the program says how long: the real provider's default for workloads. */
const defaultTimeoutSeconds = 600;

/** What a diff found. */
export interface DiffResult {
  differences: Difference[];
  /** Paths of the differences that need a new object. */
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/** An object as the engine keeps it. */
export interface KeptResource {
  id: string;
  inputs: PropertyMap;
  state: PropertyMap;
}

/** The object was stored and is not ready: the engine keeps it and tries again next time. */
export class InitializationError extends Error {
  readonly resource: KeptResource;
  readonly reasons: string[];

  constructor({ message, reasons }: NotReadyError, resource: KeptResource) {
    super(message);
    this.resource = resource;
    this.reasons = reasons;
  }
}

export type OperationOptions = Omit<AwaitOptions, "timeoutSeconds"> & {
  /** From the resource's `customTimeouts`; 0: none given. */
  timeoutSeconds: number;
};

/** The provider's operations on the cluster behind `client`. One path for every kind: the API server says what it serves. */
export class KubernetesProvider {
  readonly #client: KubernetesClient;
  readonly #awaiting: Awaiting;

  constructor(client: KubernetesClient) {
    this.#client = client;
    this.#awaiting = new Awaiting(client);
  }

  /** Completes inputs: name, namespace, `data` of a Secret. */
  async check(
    type: string,
    inputs: PropertyMap,
    previous: PropertyMap | undefined,
    naming: NamingRequest,
  ): Promise<PropertyMap> {
    const named = isPatch(type) ? inputs : withName(normalized(inputs), previous, naming);
    const { apiVersion, kind, metadata } = named;
    if (typeof apiVersion !== "string" || typeof kind !== "string" || !isMap(metadata)) return named;
    if (metadata["namespace"] !== undefined || !(await this.#namespaced(apiVersion, kind))) return named;
    return { ...named, metadata: { ...metadata, namespace: "default" } };
  }

  async diff(type: string, old: PropertyMap, news: PropertyMap, state: PropertyMap): Promise<DiffResult> {
    const [before, after] = [reveal(old), reveal(news)];
    const found = differences(before, after);
    if (found.length === 0) return { differences: [], replaces: [], deleteBeforeReplace: false };
    const identity = ["kind", "metadata.name", "metadata.namespace", ...contentIdentity(after)];
    let replaces = found.map(({ path }) => path).filter((path) => identity.some((prefix) => isBelow(path, prefix)));
    if (groupOf(before) !== groupOf(after)) replaces.push("apiVersion");
    if (replaces.length === 0 && !hasUnknown(after) && !isPatch(type))
      replaces = await this.#immutable(found, after, state);
    const sameName = ["name", "namespace"].every(
      (key) => field(before, "metadata", key) === field(after, "metadata", key),
    );
    return {
      differences: found,
      replaces,
      deleteBeforeReplace: replaces.length > 0 && sameName && !isAutonamed(after),
    };
  }

  /** Makes the object and waits until it is ready. @throws {KubernetesError} If there is one of that name already. */
  async create(type: string, inputs: PropertyMap, options: OperationOptions): Promise<KeptResource> {
    const object = reveal(inputs);
    const resource = await this.#resource(object);
    const path = this.#path(resource, object);
    const manager = `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
    // Server-side apply would take over an object that is there already; the provider's contract is to refuse it.
    if (!isPatch(type) && (await this.#read(path))) {
      const { name } = object["metadata"] as PropertyMap;
      const message = `resource "${path}" was not successfully created by the Kubernetes API server: ${object["kind"]} "${name}" already exists`;
      throw new KubernetesError(409, { reason: "AlreadyExists", message });
    }
    const live = await this.#apply(path, object, manager);
    return this.#settled(live, options, (current) => ({
      id: objectId(current),
      inputs,
      state: stateOf(current, inputs, manager),
    }));
  }

  /** Applies the new inputs and waits until the object is ready. */
  async update(old: PropertyMap, inputs: PropertyMap, options: OperationOptions): Promise<KeptResource> {
    const object = reveal(inputs);
    const manager = managerOf(old);
    const live = await this.#apply(this.#path(await this.#resource(object), object), object, manager);
    const initial = old["__initialApiVersion"];
    return this.#settled(live, options, (current) => ({
      id: objectId(current),
      inputs,
      state: stateOf(current, inputs, manager, typeof initial === "string" ? initial : undefined),
    }));
  }

  /** Reads an object; undefined if it is gone. Without old inputs this is an import. */
  async read(type: string, id: string, inputs: PropertyMap, state: PropertyMap): Promise<KeptResource | undefined> {
    const known = Object.keys(inputs).length > 0 ? inputs : undefined;
    const [apiVersion = "", kind = ""] = known
      ? [String(known["apiVersion"]), String(known["kind"])]
      : kindOfType(type);
    const resource = await this.#client.resourceFor(apiVersion, kind);
    const [namespace, name] = id.includes("/") ? id.split("/") : [undefined, id];
    const path = resource.path(namespace, name);
    const live = await this.#read(path);
    if (!live) return undefined;
    const manager = managerOf(state);
    const current = known ? await this.#drifted(path, known, live, manager) : importedInputs(live);
    return { id: objectId(live), inputs: current, state: stateOf(live, current, manager) };
  }

  /** Deletes the object and what depends on it, and waits until it is gone. A patch only gives up its fields. */
  async delete(type: string, id: string, state: PropertyMap, options: OperationOptions): Promise<void> {
    const object = reveal(state);
    const resource = await this.#resource(object);
    const [namespace, name] = id.includes("/") ? id.split("/") : [undefined, id];
    const path = resource.path(namespace, name);
    const live = await this.#read(path);
    if (!live) return;
    if (isPatch(type)) {
      const bare = {
        apiVersion: live.apiVersion,
        kind: live.kind,
        metadata: { name, ...(namespace ? { namespace } : {}) },
      };
      await this.#apply(path, bare as PropertyMap, managerOf(state));
      return;
    }
    const body = { propagationPolicy: "Foreground", preconditions: { uid: live.metadata["uid"] } };
    await this.#client.request("DELETE", path, { body }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    if (annotation(object, "skipAwait") === "true") return;
    await this.#awaiting.gone(resource.path(namespace), live, {
      ...options,
      timeoutSeconds: timeoutOf(object, options),
    });
  }

  async #settled(
    live: LiveObject,
    options: OperationOptions,
    keep: (live: LiveObject) => KeptResource,
  ): Promise<KeptResource> {
    if (annotation(live, "skipAwait") === "true") return keep(live);
    try {
      return keep(await this.#awaiting.ready(live, { ...options, timeoutSeconds: timeoutOf(live, options) }));
    } catch (error) {
      throw error instanceof NotReadyError ? new InitializationError(error, keep(error.live)) : error;
    }
  }

  /** What in the change the API server will not change in place: it answers a dry run, so there is no list of fields here. */
  async #immutable(found: Difference[], object: PropertyMap, state: PropertyMap): Promise<string[]> {
    const path = this.#path(await this.#resource(object), object);
    try {
      await this.#apply(path, object, managerOf(state), { dryRun: "All", force: "true" });
      return [];
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.status !== 422) {
        if (isNotFound(error)) return [];
        throw error;
      }
      if (!/immutable|cannot change|updates to .* are forbidden|Forbidden: updates/i.test(error.message)) throw error;
      const fields = error.causes.map((cause) => cause.field ?? "");
      const named = found.filter(({ path: changed }) =>
        fields.some((one) => one !== "" && (isBelow(changed, one) || isBelow(one, changed))),
      );
      return (named.length > 0 ? named : found).map(({ path: changed }) => changed);
    }
  }

  /** The inputs as they would have to be to give the live object: what applying them would change has drifted. */
  async #drifted(path: string, inputs: PropertyMap, live: LiveObject, manager: string): Promise<PropertyMap> {
    const clear = reveal(inputs);
    const expected = await this.#apply(path, clear, manager, { dryRun: "All", force: "true" }).catch(() => clear);
    return concealLike(drifted(clear, expected, live) ?? clear, inputs) as PropertyMap;
  }

  async #apply(
    path: string,
    object: PropertyMap,
    fieldManager: string,
    query: Record<string, string> = {},
  ): Promise<LiveObject> {
    const force: Record<string, string> = annotation(object, "patchForce") === "true" ? { force: "true" } : {};
    try {
      return await this.#client.request<LiveObject>("PATCH", path, {
        body: object,
        contentType: "application/apply-patch+yaml",
        query: { fieldManager, ...force, ...query },
      });
    } catch (error) {
      throw object["kind"] === "Secret" ? withoutValues(error, object) : error;
    }
  }

  async #read(path: string): Promise<LiveObject | undefined> {
    return this.#client.request<LiveObject>("GET", path).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  }

  async #resource(object: PropertyMap): Promise<ApiResource> {
    return this.#client.resourceFor(String(object["apiVersion"]), String(object["kind"]));
  }

  #path(resource: ApiResource, object: PropertyMap): string {
    return resource.path(String(field(object, "metadata", "namespace")), String(field(object, "metadata", "name")));
  }

  /** A kind whose CRD is not there yet counts as cluster-scoped until it is: the program then names the namespace itself. */
  async #namespaced(apiVersion: string, kind: string): Promise<boolean> {
    return this.#client.resourceFor(apiVersion, kind).then(
      (resource) => resource.namespaced,
      (error: unknown) => {
        if (isNotFound(error)) return false;
        throw error;
      },
    );
  }
}

/** Content that the provider, not the API server, holds to be part of the identity: a changed ConfigMap or Secret becomes a new one. */
function contentIdentity(object: PropertyMap): string[] {
  if (object["apiVersion"] !== "v1") return [];
  if (object["kind"] === "ConfigMap") return ["data", "binaryData", "immutable"];
  return object["kind"] === "Secret" ? ["data", "type", "immutable"] : [];
}

function isPatch(type: string): boolean {
  return type.endsWith("Patch");
}

function kindOfType(type: string): [apiVersion: string, kind: string] {
  const [, groupVersion = "", kind = ""] = type.split(":");
  return [groupVersion.replace(/^core\//, ""), kind.replace(/Patch$/, "")];
}

function groupOf(object: PropertyMap): string {
  const apiVersion = String(object["apiVersion"]);
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

function managerOf(state: PropertyMap): string {
  const manager = state["__fieldManager"];
  return typeof manager === "string" ? manager : `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
}

function annotation(object: PropertyMap, name: string): PropertyValue | undefined {
  return field(object, "metadata", "annotations", `pulumi.com/${name}`);
}

function timeoutOf(object: PropertyMap, { timeoutSeconds }: { timeoutSeconds: number }): number {
  return Number(annotation(object, "timeoutSeconds") ?? 0) || timeoutSeconds || defaultTimeoutSeconds;
}

/** The API server quotes what it refuses; a Secret's values must not travel in an error. */
function withoutValues(error: unknown, object: PropertyMap): unknown {
  if (!(error instanceof KubernetesError)) return error;
  const values = isMap(object["data"]) ? Object.values(object["data"]).map(String) : [];
  const clear = values
    .flatMap((value) => [value, Buffer.from(value, "base64").toString()])
    .filter((value) => value.length > 3);
  const hide = (text: string) => clear.reduce((rest, value) => rest.replaceAll(value, "[secret]"), text);
  const causes = error.causes.map((cause) => ({ ...cause, message: hide(cause.message ?? "") }));
  return new KubernetesError(error.status, { reason: error.reason, message: hide(error.message), details: { causes } });
}
