import {
  awaitedElsewhere,
  closedExceptFor,
  dnsEgress,
  endpointEgress,
  internetEgress,
  ObjectsComponent,
  type ObjectOf,
  podsOf,
  queueNameLabel,
  selectorLabels,
  serviceAccountWithoutToken,
  throwProblems,
  tenantMetadata,
  tenantsOwnPods,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { serverNameProblem } from "../serving/server-name.ts";
import type { NodePool } from "../serving/pool.ts";
import { claimSpec } from "../vector-store/volumes.ts";
import type { CollectionArgs } from "./collection.ts";
import type { JobPlace } from "./job-objects.ts";
import { pipelinePodSpec } from "./pipeline-pod.ts";
import { type PipelineSource, sourceProblems } from "./pipeline-source.ts";

/** When a pipeline runs by itself. */
export interface Schedule {
  /** Five fields, or a macro. */
  cron: string;
  /** Its name in the IANA database. @default Etc/UTC */
  timeZone?: string;
  /** What happens when the run before still goes on. @default Forbid */
  concurrency?: "Forbid" | "Replace";
  /** Seconds that a run may take. @default 3600 */
  deadlineSeconds?: number;
}

/** What brings a collection to what a source holds. */
export interface EmbeddingPipelineArgs extends Omit<JobPlace, "scraper"> {
  pool: NodePool;
  source: PipelineSource;
  collection: CollectionArgs;
  /** Memory of its Job, as a quantity. @default 2Gi */
  memory?: string;
  /** Name of the LocalQueue of Kueue's in which its Jobs wait. @default none */
  queueName?: string;
  /** When it runs by itself, by name. @default never */
  schedules?: Readonly<Record<string, Schedule>>;
}

/** The objects of a pipeline: one CronJob for each schedule, and one that never runs by itself. */
export type EmbeddingPipelineObjects = Record<
  string,
  ObjectOf<"ServiceAccount" | "NetworkPolicy" | "PersistentVolumeClaim" | "CronJob">
>;

/** Everything that is wrong with the arguments of a pipeline; empty if nothing is. */
export function embeddingPipelineProblems(
  name: string,
  { path, source }: Pick<EmbeddingPipelineArgs, "path" | "source">,
) {
  const badName = serverNameProblem(name, "handbook");
  return [...(badName ? [{ path, message: badName }] : []), ...sourceProblems(`${path}.source`, source)];
}

/**
 * A pipeline's objects as plain data.
 * @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`.
 */
export function embeddingPipelineObjects(name: string, args: EmbeddingPipelineArgs): EmbeddingPipelineObjects {
  throwProblems(embeddingPipelineProblems(name, args));
  const identity = { application: "genai-pipeline", instance: name, component: "pipeline" };
  const metadata = tenantMetadata(args, identity);
  const cronJob = (objectName: string, schedule: Schedule, suspend: boolean): ObjectOf<"CronJob"> => ({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadata(objectName),
    spec: {
      schedule: schedule.cron,
      timeZone: schedule.timeZone ?? "Etc/UTC",
      suspend,
      concurrencyPolicy: schedule.concurrency ?? "Forbid",
      // A controller that was away starts the run that it missed within ten minutes, and no older one.
      startingDeadlineSeconds: 600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: {
          labels: {
            ...metadata(objectName).labels,
            ...(args.queueName !== undefined && { [queueNameLabel]: args.queueName }),
          },
        },
        spec: {
          activeDeadlineSeconds: schedule.deadlineSeconds ?? 3600,
          // Restarts of the container count: 10 s, 20 s, 40 s … apart. Each goes on where the one before stopped.
          backoffLimit: 4,
          ttlSecondsAfterFinished: 7 * 24 * 3600,
          template: { metadata: { labels: metadata(objectName).labels }, spec: pipelinePodSpec(name, args) },
        },
      },
    },
  });
  const schedules = Object.entries(args.schedules ?? {});
  return {
    serviceAccount: serviceAccountWithoutToken(metadata(name)),
    networkPolicy: closedExceptFor(metadata(`${name}-pipeline`), selectorLabels(identity), {
      egress: [dnsEgress, { to: [podsOf("embedding", "vector-store")] }, ...sourceEgress(args.source)],
    }),
    ...(args.source.storage !== undefined && {
      documents: {
        apiVersion: "v1" as const,
        kind: "PersistentVolumeClaim" as const,
        // Many classes make a volume only when a Pod wants it, here at night.
        metadata: metadata(args.source.location, awaitedElsewhere),
        spec: claimSpec(args.source.storage, args),
      },
    }),
    // The template of runs by hand: kubectl create job --from=cronjob/<name> <name>-now
    onDemand: cronJob(name, { cron: "@yearly" }, true),
    ...Object.fromEntries(schedules.map(([key, schedule]) => [`schedule-${key}`, cronJob(key, schedule, false)])),
  };
}

function sourceEgress({ kind, endpoint }: PipelineSource) {
  if (kind === "volume") return [];
  // The tenant may run the site, repository or bucket itself.
  const own = { to: [tenantsOwnPods] };
  if (kind === "s3" && endpoint !== undefined) return [own, endpointEgress(new URL(endpoint))];
  const unencrypted = { protocol: "TCP", port: 80 };
  return [own, kind === "web" ? { ...internetEgress, ports: [unencrypted, ...internetEgress.ports] } : internetEgress];
}

/** Documents from a source to a collection, by schedule and on demand; a run that fails is tried again alone. */
export class EmbeddingPipeline extends ObjectsComponent<EmbeddingPipelineObjects> {
  /** @throws {pulumi.InputPropertiesError} With everything that is wrong with `args`. */
  constructor(name: string, args: EmbeddingPipelineArgs, options?: pulumi.ComponentResourceOptions) {
    super("jobs:EmbeddingPipeline", name, embeddingPipelineObjects(name, args), {
      ...options,
      // Documents outlive the pipeline that reads them.
      childOptions: { documents: { retainOnDelete: true } },
    });
    this.registerOutputs({});
  }
}
