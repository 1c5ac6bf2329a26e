import { randomBytes } from "node:crypto";
import { isNotFound, type KubernetesClient, KubernetesError } from "../../kubernetes/index.ts";
import { concealLike, hasUnknown, isMap, type PropertyMap, type PropertyValue, reveal } from "../protocol/values.ts";
import { Api } from "./api.ts";
import { type AwaitOptions, Awaiting, NotReadyError } from "./awaiting.ts";
import { type Difference, differences, drifted, overlaid } from "./diff.ts";
import { isPatch, kindOfType, namedAs } from "./kinds.ts";
import { isAutonamed, type NamingRequest, withName } from "./names.ts";
import { importedInputs, type LiveObject, normalized, objectId, stateOf } from "./objects.ts";
import { field } from "./readiness.ts";
import { identityChanges, immutableChanges } from "./replacement.ts";

/** Waited for an object when neither it nor the program says how long: the real provider's default for workloads. */
const defaultTimeoutSeconds = 600;

/** What a diff found. */
export interface DiffResult {
  differences: Difference[];
  /** Paths of the differences that need a new object. */
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/** An input that cannot be right. */
export interface CheckFailure {
  property: string;
  reason: string;
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
  readonly #api: Api;
  readonly #awaiting: Awaiting;

  constructor(client: KubernetesClient) {
    this.#api = new Api(client);
    this.#awaiting = new Awaiting(client);
  }

  /** Completes inputs: name, namespace, `data` of a Secret. */
  async check(
    type: string,
    given: PropertyMap,
    previous: PropertyMap | undefined,
    naming: NamingRequest,
  ): Promise<{ inputs: PropertyMap; failures: CheckFailure[] }> {
    const inputs = isPatch(type, given) ? normalized(given) : withName(normalized(given), previous, naming);
    const failures = problemsOf(type, reveal(inputs));
    const { apiVersion, kind, metadata } = inputs;
    if (typeof apiVersion !== "string" || typeof kind !== "string" || !isMap(metadata)) return { inputs, failures };
    if (metadata["namespace"] !== undefined || !(await this.#api.isNamespaced(apiVersion, kind)))
      return { inputs, failures };
    return { inputs: { ...inputs, metadata: { ...metadata, namespace: "default" } }, failures };
  }

  /** Compares the inputs; the API server is asked, by a dry run, only whether an object that changed can be changed in place. */
  async diff(type: string, old: PropertyMap, news: PropertyMap, state: PropertyMap): Promise<DiffResult> {
    const [before, after] = [reveal(old), reveal(news)];
    const found = differences(before, after);
    if (found.length === 0) return { differences: [], replaces: [], deleteBeforeReplace: false };
    const patch = isPatch(type, after);
    let replaces = identityChanges(found, before, after, patch);
    if (replaces.length === 0 && !hasUnknown(after) && !patch) replaces = await this.#immutable(found, news, state);
    const samePlace = ["name", "namespace"].every(
      (key) => field(before, "metadata", key) === field(after, "metadata", key),
    );
    const hasFixedName = !isAutonamed(after) && field(after, "metadata", "generateName") === undefined;
    return {
      differences: found,
      replaces,
      deleteBeforeReplace: replaces.length > 0 && samePlace && hasFixedName && !patch,
    };
  }

  /** Makes the object and waits until it is ready. @throws {KubernetesError} If there is one of that name already. */
  async create(type: string, inputs: PropertyMap, options: OperationOptions): Promise<KeptResource> {
    const place = await this.#api.place(inputs);
    const hasName = field(inputs, "metadata", "name") !== undefined;
    const object = hasName ? inputs : namedAs(inputs, await this.#api.generatedName(place, inputs));
    const { path } = hasName ? place : await this.#api.place(object);
    // Server-side apply would take over an object that is there already; the provider's contract is to refuse it.
    if (!isPatch(type, inputs) && (await this.#api.read(path))) throw alreadyExists(type, object, place.namespace);
    const manager = newManager();
    const live = await this.#api.apply(path, object, manager);
    return this.#settled(live, options, (current) => ({
      id: objectId(current),
      inputs,
      state: stateOf(current, inputs, manager),
    }));
  }

  /** What an update is expected to give, as far as that is known before it. */
  async previewUpdate(old: PropertyMap, inputs: PropertyMap): Promise<PropertyMap> {
    if (hasUnknown(inputs)) return overlaid(old, inputs);
    const object = namedLike(old, inputs);
    const manager = managerOf(old);
    const place = await this.#api.place(object);
    const live = await this.#api.dryRun(place.path, object, manager).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      return undefined;
    });
    return live ? stateOf(live, inputs, manager, old["__initialApiVersion"]) : overlaid(old, inputs);
  }

  /** Applies the new inputs and waits until the object is ready. */
  async update(old: PropertyMap, inputs: PropertyMap, options: OperationOptions): Promise<KeptResource> {
    const object = namedLike(old, inputs);
    const manager = managerOf(old);
    const live = await this.#api.apply((await this.#api.place(object)).path, object, manager);
    return this.#settled(live, options, (current) => ({
      id: objectId(current),
      inputs,
      state: stateOf(current, inputs, manager, old["__initialApiVersion"]),
    }));
  }

  /** Reads an object; undefined if it is gone. Without old inputs this is an import. */
  async read(type: string, id: string, inputs: PropertyMap, state: PropertyMap): Promise<KeptResource | undefined> {
    const known = inputs["kind"] === undefined ? undefined : inputs;
    const { apiVersion, kind } = known ?? kindOfType(type);
    const place = await this.#api.placeIfServed({ apiVersion: String(apiVersion), kind: String(kind) }, id);
    const live = place && (await this.#api.read(place.path));
    if (!live) return undefined;
    const manager = managerOf(state, live);
    const current = known ? await this.#drifted(place.path, known, live, manager) : importedInputs(live);
    return {
      id: objectId(live),
      inputs: current,
      state: stateOf(live, current, manager, state["__initialApiVersion"]),
    };
  }

  /** Deletes the object and what depends on it, and waits until it is gone. A patch only gives up its fields. */
  async delete(type: string, id: string, state: PropertyMap, options: OperationOptions): Promise<void> {
    const [apiVersion, kind] = [String(state["apiVersion"]), String(state["kind"])];
    const place = await this.#api.placeIfServed({ apiVersion, kind }, id);
    const live = place && (await this.#api.read(place.path));
    if (!live) return;
    if (isPatch(type, state)) {
      const { name, namespace } = live.metadata;
      const bare = { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } };
      await this.#api.apply(place.path, bare, managerOf(state));
      return;
    }
    await this.#api.delete(place.path, live);
    if (annotation(reveal(state), "skipAwait") === "true") return;
    const timeoutSeconds = timeoutOf(reveal(state), options);
    await this.#awaiting.gone(place.resource.path(place.namespace), live, { ...options, timeoutSeconds });
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
  async #immutable(found: Difference[], news: PropertyMap, state: PropertyMap): Promise<string[]> {
    const object = namedLike(state, news);
    const { path } = await this.#api.place(object);
    try {
      await this.#api.dryRun(path, object, managerOf(state));
      return [];
    } catch (error) {
      if (isNotFound(error)) return [];
      const changes = immutableChanges(found, error);
      if (!changes) throw error;
      return changes;
    }
  }

  /** The inputs as they would have to be to give the live object: what applying them would change has drifted. */
  async #drifted(path: string, inputs: PropertyMap, live: LiveObject, manager: string): Promise<PropertyMap> {
    const clear = reveal(inputs);
    const object = namedAs(inputs, live.metadata.name);
    const expected = await this.#api.dryRun(path, object, manager).catch((error: unknown): PropertyMap => {
      // What was changed behind our back may be immutable by now; then the inputs themselves are what was expected.
      if (error instanceof KubernetesError && error.status < 500) return clear;
      throw error;
    });
    return concealLike(drifted(clear, expected, live) ?? clear, inputs) as PropertyMap;
  }
}

function problemsOf(type: string, inputs: PropertyMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const seconds = annotation(inputs, "timeoutSeconds");
  if (seconds !== undefined && !hasUnknown(seconds) && !(Number(seconds) > 0)) {
    const reason = `pulumi.com/timeoutSeconds is "${String(seconds)}"; it must be a number of seconds above 0`;
    failures.push({ property: "metadata.annotations", reason });
  }
  if (isPatch(type, inputs) && field(inputs, "metadata", "name") === undefined) {
    const reason = `a ${String(inputs["kind"])}Patch changes an object that exists: give its metadata.name`;
    failures.push({ property: "metadata.name", reason });
  }
  return failures;
}

function alreadyExists(type: string, object: PropertyMap, namespace: string | undefined): KubernetesError {
  const name = String(field(object, "metadata", "name"));
  const id = namespace ? `${namespace}/${name}` : name;
  const message =
    `resource "${id}" was not successfully created by the Kubernetes API server: ${String(object["kind"])} "${name}" already exists. ` +
    `Delete it, or let the program take it over: pulumi import ${type} <name in the program> ${id}`;
  return new KubernetesError(409, { reason: "AlreadyExists", message });
}

const managerPrefix = "pulumi-kubernetes-";

function newManager(): string {
  return `${managerPrefix}${randomBytes(4).toString("hex")}`;
}

/** The object's field manager. One whose record was lost stays with the manager that applied it: another would conflict with it. */
function managerOf(state: PropertyMap, live?: LiveObject): string {
  const manager = state["__fieldManager"];
  if (typeof manager === "string") return manager;
  const managers = live ? field(live, "metadata", "managedFields") : undefined;
  const names = Array.isArray(managers) ? managers.map((entry) => (isMap(entry) ? String(entry["manager"]) : "")) : [];
  return names.find((name) => name.startsWith(managerPrefix)) ?? newManager();
}

function namedLike(state: PropertyMap, inputs: PropertyMap): PropertyMap {
  return namedAs(inputs, String(field(state, "metadata", "name")));
}

function annotation(object: PropertyMap, name: string): PropertyValue | undefined {
  return field(object, "metadata", "annotations", `pulumi.com/${name}`);
}

function timeoutOf(object: PropertyMap, { timeoutSeconds }: { timeoutSeconds: number }): number {
  return Number(annotation(object, "timeoutSeconds") ?? 0) || timeoutSeconds || defaultTimeoutSeconds;
}
