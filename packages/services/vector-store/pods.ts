import { fingerprint, type ObjectOf, podBase, poolPlacement, restartAnnotations, spreadReplicas } from "@genai/core";
import type { StoreSettings, VectorStoreKeys } from "./args.ts";
import { storePart } from "./store-objects.ts";
import { claimTemplate, keepClaims } from "./volumes.ts";

/** What the Pods of every engine have: two minutes to end connections and write everything to disk, and replicas apart. */
export function serverPodBase(name: string, settings: StoreSettings) {
  const { priorityClassName } = settings;
  return {
    ...podBase(name),
    ...poolPlacement(settings.pool),
    ...(priorityClassName && { priorityClassName }),
    terminationGracePeriodSeconds: 120,
    topologySpreadConstraints: spreadReplicas(storePart(name, settings, "store").selector),
  };
}

/** What the Pods of every Job around a store have: one that failed is replaced, so that its log stays. */
export function jobPodBase(name: string, settings: StoreSettings) {
  return {
    ...podBase(name),
    ...poolPlacement(settings.pool),
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 10,
  };
}

/** Containers of a Job that run one after the other: Kubernetes runs those before the last as init containers. */
export function inOrder(containers: readonly object[]): { initContainers?: object[]; containers: object[] } {
  const before = containers.slice(0, -1);
  return { ...(before.length > 0 && { initContainers: before }), containers: containers.slice(-1) };
}

/**
 * The StatefulSet of a store.
 * @param serviceName Service by which its replicas have names.
 * @param volumes Sizes of each replica's volumes, by the claims' names.
 * @param keys Those that its Pods read, at their start alone.
 * @param annotations Of its Pods. @default none
 */
export function storeStatefulSet(
  name: string,
  settings: StoreSettings,
  {
    serviceName,
    volumes,
    pod,
    keys,
    annotations = {},
  }: {
    serviceName: string;
    volumes: Readonly<Record<string, string>>;
    pod: object;
    keys: readonly (keyof VectorStoreKeys)[];
    annotations?: Readonly<Record<string, string>>;
  },
): ObjectOf<"StatefulSet"> {
  const part = storePart(name, settings, "store");
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: part.metadata(name),
    spec: {
      replicas: settings.replicas,
      serviceName,
      // All at once: after a power cut no replica of a cluster is ready before most are there. Updates still go one by one.
      podManagementPolicy: "Parallel",
      revisionHistoryLimit: 3,
      persistentVolumeClaimRetentionPolicy: keepClaims,
      selector: { matchLabels: part.selector },
      template: {
        metadata: {
          labels: part.labels,
          annotations: {
            ...annotations,
            ...restartAnnotations(Object.fromEntries(keys.map((key) => [key, fingerprint(settings.keys[key])]))),
          },
        },
        spec: pod,
      },
      volumeClaimTemplates: Object.entries(volumes).map(([volume, size]) =>
        claimTemplate(volume, size, settings, part),
      ),
    },
  } as ObjectOf<"StatefulSet">;
}
