import {
  awaitedElsewhere,
  closedExceptFor,
  dnsEgress,
  internetEgress,
  ObjectsComponent,
  type PlacedPool,
  objectName,
  selectorLabels,
  serviceAccountWithoutToken,
  tenantMetadata,
  type ObjectOf,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { SecretKeyReference } from "./server-args.ts";
import { loaderScriptConfigMap, loadSeconds, pruneJob, loadJob } from "./weights-jobs.ts";
import type { WeightsPlan } from "./weights-source.ts";
import { mirroredWeights } from "./weights-platform.ts";
import { weightsClaimName } from "./weights-volume.ts";

/** Weights to keep in a tenant's cache. */
export interface MirroredWeights {
  /** Where they come from; its `cacheKey` names their directory. */
  plan: WeightsPlan & { cacheKey: string };
  /** Size of the download in bytes. */
  bytes: number;
  /** Bytes per second at which they arrive. */
  bandwidth: number;
  /** Files to take of a repository, as patterns. @default all */
  files?: readonly string[];
  /** Token for a gated repository. @default none */
  token?: SecretKeyReference;
  /** Secret with the key of an S3 account. @default none */
  credentials?: string;
}

/** What the cache of a tenant's weights is made of. */
export interface WeightsMirrorArgs {
  tenant: string;
  namespace: string;
  /** StorageClass of a volume that Pods of several nodes read and write. */
  storageClass: string;
  /** Pool whose nodes the loaders run on; they take no GPU. */
  pool: PlacedPool;
  /** What to keep, one entry for each source and revision. */
  weights: readonly MirroredWeights[];
}

/** The objects of a tenant's cache: what every cache has, and one Job `load-<key>` for each source and revision. */
export interface WeightsMirrorObjects extends Record<string, ObjectOf<MirrorKind>> {
  serviceAccount: ObjectOf<"ServiceAccount">;
  claim: ObjectOf<"PersistentVolumeClaim">;
  script: ObjectOf<"ConfigMap">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
  prune: ObjectOf<"CronJob">;
}

type MirrorKind = "ServiceAccount" | "PersistentVolumeClaim" | "ConfigMap" | "NetworkPolicy" | "Job" | "CronJob";

const application = "weights-loader";
const gibibyte = 2 ** 30;

/** The objects of a tenant's cache of weights as plain data. */
export function weightsMirrorObjects(name: string, args: WeightsMirrorArgs): WeightsMirrorObjects {
  const { weights } = args;
  const identity = { application, instance: name, component: "weights" };
  const metadata = tenantMetadata(args, identity);
  const { labels } = metadata(name);
  const script = loaderScriptConfigMap(name, metadata);
  const pod = { serviceAccountName: name, script: script.metadata.name, pool: args.pool, labels };
  return {
    serviceAccount: serviceAccountWithoutToken(metadata(name)),
    claim: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      // Many classes bind at the first Pod only, which comes after this.
      metadata: metadata(weightsClaimName, awaitedElsewhere),
      spec: {
        accessModes: ["ReadWriteMany"],
        storageClassName: args.storageClass,
        // Twice: while a rollout lasts, and until the next tidying, the revision before is there too.
        resources: {
          requests: { storage: `${2 * Math.ceil(sum(weights.map(({ bytes }) => bytes)) / gibibyte) + 1}Gi` },
        },
      },
    },
    script,
    networkPolicy: closedExceptFor(metadata(name), selectorLabels(identity), { egress: [dnsEgress, internetEgress] }),
    prune: {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: metadata(`${name}-prune`),
      spec: {
        schedule: "17 4 * * *",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: { spec: pruneJob(pod, weights) },
      },
    },
    ...Object.fromEntries(
      weights.map((each): [string, ObjectOf<"Job">] => [
        `load-${each.plan.cacheKey}`,
        {
          apiVersion: "batch/v1",
          kind: "Job",
          metadata: metadata(objectName(name, each.plan.cacheKey)),
          spec: loadJob(pod, each),
        },
      ]),
    ),
  };
}

/** A volume with the weights that a tenant's servers read: each source and revision is downloaded once, verified, and kept while it is used. */
export class WeightsMirror extends ObjectsComponent<WeightsMirrorObjects> {
  constructor(name: string, args: WeightsMirrorArgs, options?: pulumi.ComponentResourceOptions) {
    const timeouts = args.weights.map((each) => {
      const seconds = `${loadSeconds(each)}s`;
      return [`load-${each.plan.cacheKey}`, { customTimeouts: { create: seconds, update: seconds } }] as const;
    });
    const objects = weightsMirrorObjects(name, args);
    super("serving:WeightsMirror", name, objects, { ...options, childOptions: Object.fromEntries(timeouts) });
    this.registerOutputs({});
  }

  /** The Jobs that a server's weights and adapters come from; none where it does not mirror them. */
  loaders(server: Parameters<typeof mirroredWeights>[0]): pulumi.Resource[] {
    return mirroredWeights(server).flatMap(({ plan }) => this.nodes[`load-${plan.cacheKey}`] ?? []);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
