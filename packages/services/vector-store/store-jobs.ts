import { closedExceptFor, contentName, dnsEgress, fingerprint, mapValues, type ObjectOf, textFrom } from "@genai/core";
import type { StoreSettings } from "./args.ts";
import { bucketEgress } from "./bucket.ts";
import { callingJobs, type StoreJob, storePart } from "./store-objects.ts";

/** The edges of a store's Jobs: out to the store, where they call it, and to the bucket of its copies. */
export type StoreJobEdges = Record<`${StoreJob}Edges`, ObjectOf<"NetworkPolicy">>;

/** The edges of a store's Jobs as plain data. */
export function storeJobEdges(name: string, settings: StoreSettings): StoreJobEdges {
  const store = { to: [{ podSelector: { matchLabels: storePart(name, settings, "store").selector } }] };
  const edges = (part: StoreJob) => {
    const { metadata, selector } = storePart(name, settings, part);
    const egress = [
      ...(callingJobs(settings).includes(part) ? [store] : []),
      ...(part === "collections" ? [] : bucketEgress(settings)),
    ];
    return closedExceptFor(metadata(`${name}-${part}`), selector, {
      egress: egress.length > 0 ? [dnsEgress, ...egress] : [],
    });
  };
  return { collectionsEdges: edges("collections"), snapshotEdges: edges("snapshot"), drillEdges: edges("drill") };
}

/**
 * The Job that makes what a store is to hold. It has another name whenever its content or the keys are others, because a Job cannot be
 * changed. It stays until then, without a time to live: what removes itself would be missing at the next refresh.
 */
export function setupJob(
  name: string,
  settings: StoreSettings,
  content: Readonly<Record<string, string>>,
  pod: object,
): ObjectOf<"Job"> {
  const { metadata, labels } = storePart(name, settings, "collections");
  const keys = { ...mapValues({ ...settings.keys }, fingerprint), generation: String(settings.keyGeneration) };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      ...metadata(name),
      name: textFrom(keys, (all) => contentName(`${name}-setup`, { ...content, keys: JSON.stringify(all) })),
    },
    spec: {
      backoffLimit: 6,
      activeDeadlineSeconds: 1200,
      template: { metadata: { labels }, spec: pod },
    },
  } as ObjectOf<"Job">;
}

/** What the CronJobs of copies and of drills have in common. */
export function storeCronJob(
  name: string,
  settings: StoreSettings,
  part: "snapshot" | "drill",
  pod: object,
): ObjectOf<"CronJob"> {
  const { metadata, labels } = storePart(name, settings, part);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadata(`${name}-${part}`),
    spec: {
      schedule: part === "snapshot" ? settings.snapshots.schedule : settings.snapshots.drill,
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Forbid",
      // A cluster that was away at the time makes it up within the hour.
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels },
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: 6 * 3600,
          template: { metadata: { labels }, spec: pod },
        },
      },
    },
  } as ObjectOf<"CronJob">;
}
