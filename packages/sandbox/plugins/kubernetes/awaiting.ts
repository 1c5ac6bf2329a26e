import type { KubernetesClient } from "../../kubernetes/index.ts";
import { type Collection, Collections } from "./collections.ts";
import type { LiveObject } from "./objects.ts";
import { field, hasSettlingEndpoints, readinessFor, serviceOf, type Verdict } from "./readiness.ts";
import { explain, holders } from "./reasons.ts";

/** How long a Service's endpoints must stay ready before it counts: what the real provider waits. */
const serviceSettleMilliseconds = 10_000;

/** The longest a timer can be; more means the same: for ever. */
const longestMilliseconds = 2 ** 31 - 1;

/** Waiting was given up: the object exists, and these are the reasons why it is not ready. */
export class NotReadyError extends Error {
  readonly reasons: string[];
  readonly live: LiveObject;

  constructor(why: string, reasons: string[], live: LiveObject) {
    const { name, namespace } = live.metadata;
    const id = namespace ? `${namespace}/${name}` : name;
    super(`the Kubernetes API server reported that "${id}" failed to fully initialize or become live: ${why}`);
    this.reasons = reasons;
    this.live = live;
  }
}

export interface AwaitOptions {
  timeoutSeconds: number;
  /** Aborted when the engine cancels. */
  signal: AbortSignal;
  /** Shows progress. */
  onStatus(message: string): void;
}

/** Waits for objects to become ready, and to be gone. */
export class Awaiting {
  readonly #client: KubernetesClient;
  readonly #collections: Collections;

  constructor(client: KubernetesClient) {
    this.#client = client;
    this.#collections = new Collections(client);
  }

  /**
   * Waits until the object is ready and returns it as it is then.
   * @throws {NotReadyError} On time-out or cancellation, when it has failed for good, or when the cluster is lost meanwhile.
   */
  async ready(live: LiveObject, options: AwaitOptions): Promise<LiveObject> {
    const readiness = readinessFor(live);
    const settles = hasSettlingEndpoints(live);
    if (!readiness || (!settles && readiness(live, []).ready) || (await this.#bindsLater(live))) return live;
    const deadline = deadlineOf(options);
    try {
      const resource = await this.#client.resourceFor(live.apiVersion, live.kind);
      const { namespace } = live.metadata;
      return await this.#collections.use(resource.path(namespace), deadline, (objects) => {
        if (!settles) return this.#wait(live, { objects, deadline }, options);
        const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
        const wait = (slices: Collection) => this.#wait(live, { objects, slices, deadline }, options);
        return this.#collections.use(path, deadline, wait, serviceOf);
      });
    } catch (error) {
      if (error instanceof NotReadyError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new NotReadyError(message, [message], live);
    }
  }

  /** Waits until the object is gone from the collection. @throws {Error} On time-out or cancellation, naming what holds it. */
  async gone(collectionPath: string, live: LiveObject, options: AwaitOptions): Promise<void> {
    const deadline = deadlineOf(options);
    await this.#collections.use(collectionPath, deadline, async (objects) => {
      for (;;) {
        const [current] = objects.get(live.metadata.name);
        if ((!current && !deadline.aborted) || (current && current.metadata["uid"] !== live.metadata["uid"])) return;
        if (deadline.aborted) {
          const when = options.signal.aborted
            ? "when the update was cancelled"
            : `after ${options.timeoutSeconds} s; held by ${holders(current ?? live)}`;
          throw new Error(`${live.kind} "${live.metadata.name}" is being deleted and still there ${when}`);
        }
        options.onStatus("Waiting for deletion");
        await objects.changed(live.metadata.name, deadline);
      }
    });
  }

  async #wait(
    live: LiveObject,
    { objects, slices, deadline }: { objects: Collection; slices?: Collection; deadline: AbortSignal },
    { timeoutSeconds, signal, onStatus }: AwaitOptions,
  ): Promise<LiveObject> {
    const { name } = live.metadata;
    let latest = live;
    let seen = false;
    let shown = "";
    let readySince: number | undefined;
    for (;;) {
      const [watched] = objects.get(name);
      if (seen && !watched) throw new NotReadyError("it was deleted meanwhile", [], latest);
      seen ||= watched !== undefined;
      latest = newer(watched, latest);
      const verdict = readinessFor(latest)?.(latest, slices?.get(name) ?? []) ?? { ready: true, message: "" };
      if (verdict.ready) {
        readySince ??= Date.now();
        const left = slices ? serviceSettleMilliseconds - (Date.now() - readySince) : 0;
        if (left <= 0) return latest;
        if (deadline.aborted) throw await this.#notReady(latest, verdict, signal, timeoutSeconds);
        await change(name, [objects, slices], deadline, left);
        continue;
      }
      readySince = undefined;
      if (verdict.message !== shown) onStatus((shown = verdict.message));
      if (verdict.failed !== undefined || deadline.aborted)
        throw await this.#notReady(latest, verdict, signal, timeoutSeconds);
      await change(name, [objects, slices], deadline);
    }
  }

  async #notReady(
    live: LiveObject,
    verdict: Verdict,
    cancelled: AbortSignal,
    timeoutSeconds: number,
  ): Promise<NotReadyError> {
    if (cancelled.aborted) return new NotReadyError("the update was cancelled", [verdict.message], live);
    const why = verdict.failed ?? `not ready after ${timeoutSeconds} s`;
    const reasons = await explain(this.#client, live);
    return new NotReadyError(why, [verdict.message, ...reasons].filter(Boolean), live);
  }

  /** Whether a claim's class binds it with its first Pod only: waiting for that here would be for ever. */
  async #bindsLater(live: LiveObject): Promise<boolean> {
    const className = field(live, "spec", "storageClassName");
    if (live.kind !== "PersistentVolumeClaim" || typeof className !== "string" || className === "") return false;
    const path = `/apis/storage.k8s.io/v1/storageclasses/${className}`;
    const storageClass = await this.#client.request<LiveObject>("GET", path).catch(() => undefined);
    return storageClass?.["volumeBindingMode"] === "WaitForFirstConsumer";
  }
}

function deadlineOf({ signal, timeoutSeconds }: AwaitOptions): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.min(timeoutSeconds * 1000, longestMilliseconds))]);
}

/** The watch may lag behind the answer to our own write. */
function newer(watched: LiveObject | undefined, known: LiveObject): LiveObject {
  const version = ({ metadata }: LiveObject) => Number(metadata["resourceVersion"] ?? 0);
  return watched && version(watched) >= version(known) ? watched : known;
}

/** Settles at the next change in any of the collections, at the deadline, or after `milliseconds`. */
async function change(
  key: string,
  collections: (Collection | undefined)[],
  deadline: AbortSignal,
  milliseconds = longestMilliseconds,
): Promise<void> {
  const settled = new AbortController();
  const timer = setTimeout(() => settled.abort(), milliseconds);
  const stop = AbortSignal.any([deadline, settled.signal]);
  const changes = collections.flatMap((collection) => (collection ? [collection.changed(key, stop)] : []));
  try {
    await Promise.race(changes);
  } finally {
    clearTimeout(timer);
    settled.abort();
    // The loser of the race may fail later, when nobody looks at it any more.
    for (const one of changes) one.catch(() => {});
  }
}
