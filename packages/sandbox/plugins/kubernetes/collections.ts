import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesClient } from "../../kubernetes/index.ts";
import type { LiveObject } from "./objects.ts";

/** The live content of one collection, kept current by a watch that all who wait on it share. */
export interface Collection {
  /** Objects by name: collections are of one namespace, or of a cluster-scoped kind. */
  objects: ReadonlyMap<string, LiveObject>;
  /** Settles at the next change. */
  changed(signal: AbortSignal): Promise<void>;
}

interface Shared extends Collection {
  objects: Map<string, LiveObject>;
  users: number;
  stop: AbortController;
  loaded: Promise<void>;
}

/** Shares watches: a hundred Deployments of a namespace are awaited on one stream. */
export class Collections {
  readonly #client: KubernetesClient;
  readonly #shared = new Map<string, Shared>();

  constructor(client: KubernetesClient) {
    this.#client = client;
  }

  /** Runs `work` on the collection at `path`, watching it for as long as somebody does. */
  async use<T>(path: string, work: (collection: Collection) => Promise<T>): Promise<T> {
    const shared = this.#shared.get(path) ?? this.#open(path);
    shared.users++;
    try {
      await shared.loaded;
      return await work(shared);
    } finally {
      shared.users--;
      if (shared.users === 0) {
        shared.stop.abort();
        this.#shared.delete(path);
      }
    }
  }

  #open(path: string): Shared {
    const objects = new Map<string, LiveObject>();
    const waiting = new Set<() => void>();
    const stop = new AbortController();
    const loaded = Promise.withResolvers<void>();
    const notify = () => {
      for (const wake of waiting) wake();
      waiting.clear();
    };
    const changed = (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        waiting.add(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    const shared: Shared = { objects, changed, users: 0, stop, loaded: loaded.promise };
    this.#shared.set(path, shared);
    void this.#follow(path, objects, { notify, loaded: () => loaded.resolve(), signal: stop.signal });
    return shared;
  }

  /** Lists, then watches, and starts over when the stream ends or breaks, until nobody needs it. */
  async #follow(
    path: string,
    objects: Map<string, LiveObject>,
    use: { notify(): void; loaded(): void; signal: AbortSignal },
  ) {
    while (!use.signal.aborted) {
      try {
        const list = await this.#client.request<{ metadata: { resourceVersion: string }; items: LiveObject[] }>(
          "GET",
          path,
          {
            signal: use.signal,
          },
        );
        objects.clear();
        for (const item of list.items) objects.set(item.metadata.name, item);
        use.loaded();
        use.notify();
        const { resourceVersion } = list.metadata;
        for await (const { type, object } of this.#client.watch<LiveObject>(path, { resourceVersion }, use.signal)) {
          if (type === "ERROR") break;
          if (type === "BOOKMARK") continue;
          if (type === "DELETED") objects.delete(object.metadata.name);
          else objects.set(object.metadata.name, object);
          use.notify();
        }
      } catch {
        if (!use.signal.aborted) await sleep(500);
      }
    }
  }
}
