import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesClient } from "../../kubernetes/index.ts";
import type { LiveObject } from "./objects.ts";

/** What an object is looked up by: its name, or the name of what it belongs to. */
export type KeyOf = (object: LiveObject) => string;

const byName: KeyOf = ({ metadata }) => metadata.name;

/** How long a broken stream rests before the collection is listed anew. */
const restMilliseconds = 500;

/** The live content of one collection, kept current by a watch that all who wait on it share. */
export class Collection {
  readonly #keyOf: KeyOf;
  readonly #objects = new Map<string, Map<string, LiveObject>>();
  readonly #waiting = new Map<string, Set<() => void>>();
  #loaded = false;
  /** Why the collection cannot be read; undefined as long as it can. */
  #lost: Error | undefined;

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  /** The objects under a key. Collections are of one namespace, or of a cluster-scoped kind, so that names are unique. */
  get(key: string): LiveObject[] {
    return [...(this.#objects.get(key)?.values() ?? [])];
  }

  /** Settles at the next change under the key, or when the signal aborts. @throws {UnreachableError} If the cluster is lost. */
  async changed(key: string, signal: AbortSignal): Promise<void> {
    if (this.#lost) throw this.#lost;
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    waiting.add(wake);
    signal.addEventListener("abort", wake);
    if (signal.aborted) wake();
    await promise;
    waiting.delete(wake);
    signal.removeEventListener("abort", wake);
    if (this.#lost) throw this.#lost;
  }

  /** Settles when the collection has been listed once, or when the signal aborts. */
  async loaded(signal: AbortSignal): Promise<void> {
    while (!this.#loaded && !signal.aborted) await this.changed("", signal);
  }

  replaceAll(objects: LiveObject[]): void {
    this.#objects.clear();
    for (const object of objects) this.#put(object);
    this.#loaded = true;
    this.#wakeAll();
  }

  put(object: LiveObject): void {
    this.#put(object);
    this.#wake(this.#keyOf(object));
  }

  remove(object: LiveObject): void {
    const key = this.#keyOf(object);
    this.#objects.get(key)?.delete(object.metadata.name);
    this.#wake(key);
  }

  lose(error: Error): void {
    this.#lost = error;
    this.#wakeAll();
  }

  #put(object: LiveObject): void {
    const key = this.#keyOf(object);
    const same = this.#objects.get(key) ?? new Map<string, LiveObject>();
    this.#objects.set(key, same.set(object.metadata.name, object));
  }

  #wake(key: string): void {
    for (const wake of this.#waiting.get(key) ?? []) wake();
  }

  #wakeAll(): void {
    for (const key of this.#waiting.keys()) this.#wake(key);
  }
}

interface ObjectList {
  apiVersion: string;
  kind: string;
  metadata: { resourceVersion: string };
  items: LiveObject[];
}

interface Shared {
  collection: Collection;
  users: number;
  stop: AbortController;
}

/** Shares watches: a hundred Deployments of a namespace are awaited on one stream. */
export class Collections {
  readonly #client: KubernetesClient;
  readonly #shared = new Map<string, Shared>();

  constructor(client: KubernetesClient) {
    this.#client = client;
  }

  /** Runs `work` on the collection at `path`, watching it for as long as somebody does. */
  async use<T>(
    path: string,
    signal: AbortSignal,
    work: (collection: Collection) => Promise<T>,
    keyOf = byName,
  ): Promise<T> {
    const shared = this.#shared.get(path) ?? this.#open(path, keyOf);
    shared.users++;
    try {
      await shared.collection.loaded(signal);
      return await work(shared.collection);
    } finally {
      shared.users--;
      if (shared.users === 0) {
        shared.stop.abort();
        this.#shared.delete(path);
      }
    }
  }

  #open(path: string, keyOf: KeyOf): Shared {
    const shared = { collection: new Collection(keyOf), users: 0, stop: new AbortController() };
    this.#shared.set(path, shared);
    void this.#follow(path, shared.collection, shared.stop.signal);
    return shared;
  }

  /** Lists, then watches, and starts over when the stream ends or breaks; a cluster that no longer answers ends it. */
  async #follow(path: string, collection: Collection, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let resourceVersion: string;
      try {
        const list = await this.#client.request<ObjectList>("GET", path, { signal });
        // The members of a list do not say what they are; the list does.
        const type = { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, "") };
        collection.replaceAll(list.items.map((item) => ({ ...type, ...item })));
        resourceVersion = list.metadata.resourceVersion;
      } catch (error) {
        if (signal.aborted) return;
        return collection.lose(error instanceof Error ? error : new Error(String(error)));
      }
      await this.#watch(path, resourceVersion, collection, signal).catch(() => sleep(restMilliseconds));
    }
  }

  async #watch(path: string, resourceVersion: string, collection: Collection, signal: AbortSignal): Promise<void> {
    for await (const { type, object } of this.#client.watch<LiveObject>(path, { resourceVersion }, signal)) {
      if (type === "ERROR") return;
      if (type === "DELETED") collection.remove(object);
      else if (type !== "BOOKMARK") collection.put(object);
    }
  }
}
