import { images } from "@genai/catalog";
import {
  closedExceptFor,
  clusterService,
  fingerprint,
  type ObjectOf,
  oneEvictionAtATime,
  poolPlacement,
  recommendedLabels,
  restartAnnotations,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  selectorLabels,
  serviceAccountWithoutToken,
  podBase,
} from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import type { NodePool } from "../serving/pool.ts";

/** What a cache is: one Valkey that keeps counters and answers in memory, for the Pods of one program. */
export interface CacheArgs {
  namespace: string;
  /** Further labels of its objects. @default none */
  labels?: Readonly<Record<string, string>>;
  pool: NodePool;
  password: pulumi.Input<string>;
  /** Labels of the Pods that use it: no other may connect. */
  clients: Readonly<Record<string, string>>;
  /** @default the cluster's default priority */
  priorityClassName?: string;
}

/** The objects of a cache. */
export type CacheObjects = {
  cacheAccount: ObjectOf<"ServiceAccount">;
  cacheSecret: ObjectOf<"Secret">;
  cacheDeployment: ObjectOf<"Deployment">;
  cacheService: ObjectOf<"Service">;
  cacheDisruptionBudget: ObjectOf<"PodDisruptionBudget">;
  cachePolicy: ObjectOf<"NetworkPolicy">;
};

/** Port of a cache. */
export const cachePort = 6379;
/** Key of the Secret `<name>` with the password alone; the other key is Valkey's configuration. */
export const cachePasswordKey = "password";

const configurationKey = "valkey.conf";
const configurationDirectory = "/etc/valkey";
const portName = "valkey";
/** User of the published image. */
const user = 999;
/** Memory of its data, in megabytes; below that of its container, because a fork and its clients' buffers take some as well. */
const dataMegabytes = 96;

/** What a cache requests, and may use. */
export const cacheResources = {
  requests: { cpu: "100m", memory: "192Mi", "ephemeral-storage": "64Mi" },
  limits: { memory: "192Mi", "ephemeral-storage": "64Mi" },
};

/** A cache's objects as plain data. What it holds may be lost at any time: it is not written to a disk. */
export function cacheObjects(name: string, args: CacheArgs): CacheObjects {
  const { namespace, pool, password, clients, priorityClassName } = args;
  const identity = { application: "valkey", instance: name, component: "cache" };
  const labels = { ...recommendedLabels(identity), ...args.labels };
  const selector = selectorLabels(identity);
  const metadata = { name, namespace, labels };
  return {
    cacheAccount: serviceAccountWithoutToken(metadata),
    cacheSecret: {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      stringData: { [cachePasswordKey]: password, [configurationKey]: configuration(password) },
    },
    cacheDeployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        // Two at a time would count two halves.
        strategy: { type: "Recreate" },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels, annotations: restartAnnotations({ password: fingerprint(password) }) },
          spec: {
            ...podBase(name, priorityClassName),
            terminationGracePeriodSeconds: 10,
            securityContext: { ...restrictedPodSecurityContext, runAsUser: user, runAsGroup: user, fsGroup: user },
            ...poolPlacement(pool),
            containers: [container(name)],
            volumes: [
              {
                name: "configuration",
                secret: { secretName: name, items: [{ key: configurationKey, path: configurationKey }] },
              },
              { name: "data", emptyDir: { sizeLimit: "32Mi" } },
            ],
          },
        },
      },
    },
    cacheService: clusterService(metadata, selector, [{ name: portName, port: cachePort }]),
    cacheDisruptionBudget: oneEvictionAtATime(metadata, selector),
    cachePolicy: closedExceptFor(metadata, selector, {
      ingress: [
        { from: [{ podSelector: { matchLabels: { ...clients } } }], ports: [{ protocol: "TCP", port: portName }] },
      ],
    }),
  };
}

/** The egress of a cache's clients. */
export function cacheEgress(name: string) {
  const matchLabels = selectorLabels({ application: "valkey", instance: name });
  return { to: [{ podSelector: { matchLabels } }], ports: [{ protocol: "TCP", port: cachePort }] };
}

/** Valkey's configuration. The password stands in a file, because the command line of a process is open to its whole node. */
function configuration(password: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`port ${cachePort}
requirepass ${password}
save ""
appendonly no
maxmemory ${dataMegabytes}mb
maxmemory-policy allkeys-lru
dir /data
`;
}

function container(name: string) {
  const probe = { exec: { command: ["valkey-cli", "-e", "ping"] }, timeoutSeconds: 5 };
  return {
    name: "valkey",
    image: images.valkey,
    command: ["valkey-server", `${configurationDirectory}/${configurationKey}`],
    // The probe's own: valkey-cli reads its password there.
    env: [{ name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name, key: cachePasswordKey } } }],
    ports: [{ name: portName, containerPort: cachePort, protocol: "TCP" }],
    startupProbe: { ...probe, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { ...probe, periodSeconds: 10, failureThreshold: 2 },
    livenessProbe: { ...probe, periodSeconds: 20, failureThreshold: 3 },
    resources: cacheResources,
    securityContext: restrictedContainerSecurityContext,
    volumeMounts: [
      { name: "configuration", mountPath: configurationDirectory, readOnly: true },
      { name: "data", mountPath: "/data" },
    ],
  };
}
