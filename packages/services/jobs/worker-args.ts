import type { SecretReference } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { NodePool } from "../serving/pool.ts";
import type { CollectionArgs } from "./collection.ts";
import type { JobPlace } from "./job-objects.ts";

/** What the workers of a pool do with a message. */
export type WorkerTask =
  /** Ask a model: messages are bodies of chat completions, answers are the model's. */
  | {
      kind: "model";
      endpoint: pulumi.Input<string>;
      apiKey: SecretReference;
      apiKeyFingerprint: pulumi.Input<string>;
      model: string;
    }
  /** Store documents in a collection: messages are `{"document": …, "text": …}`. */
  | { kind: "embed"; collection: CollectionArgs }
  /** Whatever a program of one's own does, which finds the queue in the same variables and serves the same paths. */
  | { kind: "image"; image: string };

/**
 * What adds and removes workers: `cpu` an autoscaler on the CPU that they use, `adapter` one on the backlog where an adapter serves
 * `genai_worker_backlog_messages` as an external metric, `keda` KEDA on the stream's length, which alone can go down to none.
 */
export type Scaler = "cpu" | "adapter" | "keda";

/** A pool of workers. */
export interface WorkerPoolArgs extends JobPlace {
  pool: NodePool;
  task: WorkerTask;
  /** Changes with the queue's password. */
  queueFingerprint: pulumi.Input<string>;
  /** @default 1; 0 takes `keda` */
  minReplicas?: number;
  maxReplicas: number;
  /** GPUs of one worker; for a program of one's own. @default 0 */
  gpusPerReplica?: number;
  /** Memory of one worker, as a quantity. @default 2Gi */
  memory?: string;
  /** Waiting messages for which one more worker is started. @default 100 */
  backlogPerReplica?: number;
  /** @default cpu */
  scaler?: Scaler;
  /** Messages that one worker works on at the same time. @default 4 */
  concurrency?: number;
  /** How often a message is handed out before it is put aside. @default 5 */
  maximumDeliveries?: number;
  /** RuntimeClass of Pods with a GPU. @default the cluster's default */
  runtimeClassName?: string;
}

/** What a worker requests where nothing is said. */
export const workerResources = { cpu: "1", memory: "2Gi" };
