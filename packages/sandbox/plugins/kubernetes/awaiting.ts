import { type KubernetesClient, KubernetesError } from "../../kubernetes/index.ts";
import { type Collection, Collections } from "./collections.ts";
import type { LiveObject } from "./objects.ts";
import { field, type Readiness, readinessOf, type Verdict } from "./readiness.ts";
import { explain } from "./reasons.ts";

/** How long a Service's endpoints must stay ready before it counts: what the real provider waits. */
const serviceSettleMilliseconds = 10_000;

/** Waiting was given up: the object exists, and these are the reasons why it is not ready. */
export class NotReadyError extends Error {
  readonly reasons: string[];
  readonly live: LiveObject;

  constructor(message: string, reasons: string[], live: LiveObject) {
    super(message);
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
   * @throws {NotReadyError} On time-out or cancellation, or when it has failed for good.
   */
  async ready(live: LiveObject, options: AwaitOptions): Promise<LiveObject> {
    const readiness = readinessFor(live);
    if (!readiness) return live;
    const resource = await this.#client.resourceFor(live.apiVersion, live.kind);
    const { name, namespace } = live.metadata;
    return this.#collections
      .use(resource.path(namespace), (collection) => {
        const wait = (related: Collection | undefined) => this.#wait(live, readiness, [collection, related], options);
        if (live.kind !== "Service") return wait(undefined);
        return this.#collections.use(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, wait);
      })
      .then((last) => last ?? Promise.reject(new KubernetesError(404, { message: `${live.kind} ${name} is gone` })));
  }

  /** Waits until the object at `path` is gone. @throws {Error} On time-out, naming what holds it. */
  async gone(
    collectionPath: string,
    live: LiveObject,
    { timeoutSeconds, signal, onStatus }: AwaitOptions,
  ): Promise<void> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
    await this.#collections.use(collectionPath, async (collection) => {
      for (;;) {
        const current = collection.objects.get(live.metadata.name);
        if (!current || current.metadata["uid"] !== live.metadata["uid"]) return;
        if (deadline.aborted) {
          const finalizers = current.metadata["finalizers"];
          const held = Array.isArray(finalizers) ? `; its finalizers: ${finalizers.join(", ")}` : "";
          throw new Error(`${live.kind} ${live.metadata.name} is still there after ${timeoutSeconds} s${held}`);
        }
        onStatus("Waiting for deletion");
        await collection.changed(deadline);
      }
    });
  }

  async #wait(
    live: LiveObject,
    readiness: Readiness,
    [collection, related]: [Collection, Collection | undefined],
    { timeoutSeconds, signal, onStatus }: AwaitOptions,
  ): Promise<LiveObject | undefined> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
    let message = "";
    let readySince: number | undefined;
    for (;;) {
      const current = newer(collection.objects.get(live.metadata.name), live);
      const verdict = readiness(current, related ? slicesOf(live, related) : []);
      if (verdict.ready && related && readiness !== undefined && hasEndpoints(current)) {
        readySince ??= Date.now();
        const left = serviceSettleMilliseconds - (Date.now() - readySince);
        if (left <= 0) return current;
        await changeOrTimeout([collection, related], deadline, left);
        continue;
      }
      if (verdict.ready) return current;
      readySince = undefined;
      if (verdict.message !== message) onStatus((message = verdict.message));
      if (verdict.failed !== undefined || deadline.aborted)
        throw await this.#notReady(current, verdict, signal, timeoutSeconds);
      await changeOrTimeout([collection, related], deadline);
    }
  }

  async #notReady(
    live: LiveObject,
    verdict: Verdict,
    cancelled: AbortSignal,
    timeoutSeconds: number,
  ): Promise<NotReadyError> {
    const id = `${live.metadata.namespace ?? ""}/${live.metadata.name}`;
    const why = cancelled.aborted ? "cancelled" : (verdict.failed ?? `not ready after ${timeoutSeconds} s`);
    const reasons = cancelled.aborted ? [] : await explain(this.#client, live);
    return new NotReadyError(
      `the Kubernetes API server reported that "${id}" failed to fully initialize or become live: ${why}`,
      [verdict.message, ...reasons],
      live,
    );
  }
}

/** The rule for a kind, if it is one that is ready later than it is stored. */
function readinessFor({ apiVersion, kind }: LiveObject): Readiness | undefined {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return readinessOf[`${group}/${kind}`];
}

/** The watch may lag behind the answer to our own write. */
function newer(watched: LiveObject | undefined, written: LiveObject): LiveObject {
  const version = (object: LiveObject) => Number(object.metadata["generation"] ?? 0);
  return watched && version(watched) >= version(written) ? watched : written;
}

function slicesOf({ metadata }: LiveObject, slices: Collection): LiveObject[] {
  return [...slices.objects.values()].filter(
    (slice) => field(slice, "metadata", "labels", "kubernetes.io/service-name") === metadata.name,
  );
}

/** Whether a Service is one whose endpoints settle: it has a selector and an address of its own. */
function hasEndpoints(service: LiveObject): boolean {
  return field(service, "spec", "selector") !== undefined && field(service, "spec", "clusterIP") !== "None";
}

async function changeOrTimeout(
  collections: (Collection | undefined)[],
  signal: AbortSignal,
  milliseconds?: number,
): Promise<void> {
  const stop = milliseconds === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  await Promise.race(
    collections.map((collection) => collection?.changed(stop)).filter((change) => change !== undefined),
  );
}
