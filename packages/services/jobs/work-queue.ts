import { images } from "@genai/catalog";
import {
  closedExceptFor,
  clusterService,
  contentName,
  fingerprint,
  namespaceNamed,
  type ObjectOf,
  ObjectsComponent,
  oneEvictionAtATime,
  podBase,
  podsOf,
  poolPlacement,
  priorityClassNames,
  restartAnnotations,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  type SecretReference,
  selectorLabels,
  serviceAccountWithoutToken,
  tenantMetadata,
  tenantsOwnPods,
} from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import type { NodePool } from "../serving/pool.ts";
import { claimSpec, keepClaims } from "../vector-store/volumes.ts";
import type { JobPlace } from "./job-objects.ts";

/** The queue of a tenant's workers: one Valkey in the tenant's namespace, so that tenants share neither a password nor a server. */
export interface WorkQueueArgs extends JobPlace {
  pool: NodePool;
  /** Password of the server; reaches its Secret and nothing else. */
  password: pulumi.Input<string>;
  /** Whether KEDA reads its length, to scale a pool of workers by it. @default false */
  keda?: boolean;
}

/** Where KEDA's own chart and manifests put it. */
export const kedaNamespace = "keda";

const kedaOperator = {
  ...namespaceNamed(kedaNamespace),
  podSelector: { matchLabels: { app: "keda-operator" } },
};

/** Name of the queue's Service and of all its objects, in each tenant's namespace. */
export const queueName = "genai-queue";

/** Port that the queue listens on. */
export const queuePort = 6379;

/** The queue's password, as a Pod of the tenant's namespace refers to it. */
export const queuePassword: SecretReference = { name: queueName, key: "password" };

/** What the queue requests. Messages stay in memory; half of it is left for rewriting the log of changes, which copies. */
export const queueResources = { cpu: "250m", memory: "512Mi" };

/** The objects of a queue. */
export interface WorkQueueObjects extends Record<string, ObjectOf<WorkQueueKind>> {
  statefulSet: ObjectOf<"StatefulSet">;
  password: ObjectOf<"Secret">;
}

type WorkQueueKind =
  "ServiceAccount" | "Secret" | "ConfigMap" | "StatefulSet" | "Service" | "NetworkPolicy" | "PodDisruptionBudget";

const configurationDirectory = "/etc/valkey";
const secretDirectory = "/etc/valkey-secret";

/** Every message is on disk before its sender is told, and a full queue refuses messages rather than forget some. */
const configuration = `port ${queuePort}
protected-mode yes
dir /data
appendonly yes
appendfsync always
maxmemory 256mb
maxmemory-policy noeviction
include ${secretDirectory}/password.conf
`;

/** A queue's objects as plain data. */
export function workQueueObjects(args: WorkQueueArgs): WorkQueueObjects {
  const identity = { application: "valkey", instance: queueName, component: "queue" };
  const metadata = tenantMetadata(args, identity);
  const selector = selectorLabels(identity);
  const data = { "valkey.conf": configuration };
  const configurationName = contentName(queueName, data);
  const labels = metadata(queueName).labels;
  return {
    serviceAccount: serviceAccountWithoutToken(metadata(queueName)),
    password: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(queueName),
      stringData: {
        password: args.password,
        "password.conf": pulumi.secret(pulumi.interpolate`requirepass ${args.password}\n`),
      },
    },
    configuration: { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(configurationName), data },
    service: clusterService(metadata(queueName), selector, [{ name: "valkey", port: queuePort }]),
    // One replica: a drain may move it, and its clients wait.
    disruptionBudget: oneEvictionAtATime(metadata(queueName), selector),
    networkPolicy: closedExceptFor(metadata(queueName), selector, {
      ingress: [
        {
          from: [tenantsOwnPods, podsOf("worker"), ...(args.keda ? [kedaOperator] : [])],
          ports: [{ protocol: "TCP", port: "valkey" }],
        },
      ],
    }),
    statefulSet: {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: metadata(queueName),
      spec: {
        serviceName: queueName,
        replicas: 1,
        persistentVolumeClaimRetentionPolicy: keepClaims,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels, annotations: restartAnnotations({ password: fingerprint(args.password) }) },
          spec: podSpec(args.pool, configurationName),
        },
        volumeClaimTemplates: [{ metadata: { name: "data", labels }, spec: claimSpec("5Gi", args) }],
      },
    },
  };
}

function podSpec(pool: NodePool, configurationName: string) {
  const { cpu, memory } = queueResources;
  return {
    ...poolPlacement(pool),
    ...podBase(queueName, priorityClassNames.system),
    securityContext: restrictedPodSecurityContext,
    terminationGracePeriodSeconds: 60,
    containers: [
      {
        name: "valkey",
        image: images.valkey,
        args: ["valkey-server", `${configurationDirectory}/valkey.conf`],
        // For the probes' client; a variable, as an argument would show in the list of processes.
        env: [{ name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: queuePassword } }],
        ports: [{ name: "valkey", containerPort: queuePort, protocol: "TCP" }],
        // While it loads its log it listens and refuses commands: it is alive and not ready.
        readinessProbe: {
          exec: { command: ["sh", "-c", '[ "$(valkey-cli ping)" = PONG ]'] },
          periodSeconds: 5,
          timeoutSeconds: 5,
        },
        livenessProbe: {
          tcpSocket: { port: "valkey" },
          initialDelaySeconds: 10,
          periodSeconds: 10,
          failureThreshold: 6,
        },
        resources: {
          requests: { cpu, memory, "ephemeral-storage": "64Mi" },
          limits: { memory, "ephemeral-storage": "256Mi" },
        },
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          { name: "data", mountPath: "/data" },
          { name: "configuration", mountPath: configurationDirectory, readOnly: true },
          { name: "password", mountPath: secretDirectory, readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: "configuration", configMap: { name: configurationName } },
      { name: "password", secret: { secretName: queueName, items: [{ key: "password.conf", path: "password.conf" }] } },
    ],
  };
}

/** A queue that keeps its messages over restarts. */
export class WorkQueue extends ObjectsComponent<WorkQueueObjects> {
  constructor(name: string, args: WorkQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("jobs:WorkQueue", name, workQueueObjects(args), options);
    this.registerOutputs({});
  }
}
