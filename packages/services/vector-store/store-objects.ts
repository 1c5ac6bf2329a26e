import {
  closedExceptFor,
  clusterService,
  dnsEgress,
  type ObjectOf,
  oneEvictionAtATime,
  podsOf,
  scraperIngress,
  selectorLabels,
  serviceAccountWithoutToken,
  type ServicePort,
  tenantMetadata,
  tenantsOwnPods,
  type WorkloadIdentity,
} from "@genai/core";
import type { StoreSettings, VectorStoreKeys } from "./args.ts";

/** Parts that a store's objects play, as the label `app.kubernetes.io/component`; alerts know them by it. */
export const storeComponents = {
  store: "vector-store",
  collections: "vector-store-collections",
  snapshot: "vector-store-snapshot",
  drill: "vector-store-restore-drill",
} as const;

/** A part of a store that is a Job. */
export type StoreJob = Exclude<keyof typeof storeComponents, "store">;

/** The Jobs that call the store. PostgreSQL's drill restores into a server of its own. */
export function callingJobs({ engine }: Pick<StoreSettings, "engine">): StoreJob[] {
  return engine === "qdrant" ? ["collections", "snapshot", "drill"] : ["collections", "snapshot"];
}

/** A part of a store: its labels, and what selects its Pods. */
export interface StorePart {
  /** Makes the metadata of an object of it. */
  metadata: ReturnType<typeof tenantMetadata>;
  labels: Record<string, string>;
  selector: Record<string, string>;
}

/** One part of a store; the Pods of one are never selected as those of another. */
export function storePart(
  name: string,
  { engine, ...place }: Pick<StoreSettings, "engine" | "namespace" | "tenant">,
  part: keyof typeof storeComponents,
): StorePart {
  const application = part === "store" ? engine : `${engine}-${part}`;
  const identity: WorkloadIdentity = { application, instance: name, component: storeComponents[part] };
  const metadata = tenantMetadata(place, identity);
  return {
    metadata,
    labels: metadata(name).labels,
    selector: selectorLabels(identity),
  };
}

/** Keys of the Secret `<store>-keys`. */
export const storeKeys = {
  administrator: "administrator",
  application: "application",
  readOnly: "read-only",
} as const satisfies Record<keyof VectorStoreKeys, string>;

/** Name of the Secret with the keys of a store, in its namespace. */
export function storeKeysName(store: string): string {
  return `${store}-keys`;
}

/** The objects that a store has around its Pods, whatever its engine. */
export interface StoreObjects {
  serviceAccount: ObjectOf<"ServiceAccount">;
  keys: ObjectOf<"Secret">;
  service: ObjectOf<"Service">;
  disruptionBudget: ObjectOf<"PodDisruptionBudget">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
}

/**
 * A store's identity, keys, address, protection against eviction, and edges.
 * @param ports Where clients connect.
 * @param others Ports `between` which only its own replicas meet, and that of `metrics`, which their reader alone reaches. @default none
 */
export function storeObjects(
  name: string,
  settings: StoreSettings,
  ports: readonly ServicePort[],
  { between = [], metrics }: { between?: readonly string[]; metrics?: string } = {},
): StoreObjects {
  const { metadata, selector } = storePart(name, settings, "store");
  const tcp = (port: string) => ({ protocol: "TCP", port });
  const podsOfJob = (part: StoreJob) => ({ podSelector: { matchLabels: storePart(name, settings, part).selector } });
  const own = [{ podSelector: { matchLabels: selector } }];
  return {
    serviceAccount: serviceAccountWithoutToken(metadata(name)),
    keys: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(storeKeysName(name)),
      stringData: {
        [storeKeys.administrator]: settings.keys.administrator,
        [storeKeys.application]: settings.keys.application,
        [storeKeys.readOnly]: settings.keys.readOnly,
      },
    },
    service: clusterService(metadata(name), selector, ports),
    disruptionBudget: oneEvictionAtATime(metadata(name), selector),
    networkPolicy: closedExceptFor(metadata(`${name}-store`), selector, {
      ingress: [
        {
          from: [tenantsOwnPods, podsOf("worker", "pipeline"), ...callingJobs(settings).map(podsOfJob)],
          ports: ports.map((port) => tcp(port.name)),
        },
        ...(between.length > 0 ? [{ from: own, ports: between.map(tcp) }] : []),
        ...(metrics ? scraperIngress(metrics, settings.scraper) : []),
      ],
      egress: [dnsEgress, ...(between.length > 0 ? [{ to: own, ports: between.map(tcp) }] : [])],
    }),
  };
}
