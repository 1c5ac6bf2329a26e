import { images } from "@genai/catalog";
import { restrictedContainerSecurityContext, variablesOf } from "@genai/core";
import type { Distance, StoreSettings } from "./args.ts";
import { bucketContainers } from "./bucket.ts";
import { inOrder, jobPodBase } from "./pods.ts";
import { nodesName, qdrantPorts, qdrantSecurityContext, schemeOf } from "./qdrant-pod.ts";
import { copiesOf, snapshotGibibytes, storeJobResources } from "./resources.ts";
import { storeKeys, storeKeysName, storePart } from "./store-objects.ts";
import { scratchVolume } from "./volumes.ts";

/** Qdrant's names of distances. */
const distances: Readonly<Record<Distance, string>> = { cosine: "Cosine", dot: "Dot", euclid: "Euclid" };

/** Where copies are on their way to a bucket, or from it: a volume that goes with the Job. */
const copies = { volume: "copies", mountPath: "/exported", directory: "/exported/copies" };

/** Room for the newest copies of all replicas. */
function exportedStorage(settings: StoreSettings): string {
  return `${settings.replicas * snapshotGibibytes(settings, 0)}Gi`;
}

/** The wanted collections, as the script reads them. A shard for each replica, so that adding vectors is shared work. */
export function wantedCollections({ collections, replicas }: StoreSettings) {
  return collections.map(({ name, dimension, distance }) => ({
    name,
    size: dimension,
    distance: distances[distance],
    shards: replicas,
    copies: copiesOf(replicas),
  }));
}

/** The Pod of a Job that calls Qdrant; satisfies the Pod Security Standard `restricted`. */
export function qdrantJobPod(
  name: string,
  settings: StoreSettings,
  scripts: string,
  action: "collections" | "snapshot" | "drill",
) {
  const { tls, replicas, snapshots } = settings;
  const inBucket = snapshots.copies !== undefined && action !== "collections";
  const nodes = Array.from({ length: replicas }, (_, index) => {
    return `${schemeOf(settings)}://${name}-${index}.${nodesName(name)}:${qdrantPorts.http}`;
  });
  const environment = {
    QDRANT_NODES: nodes.join(","),
    COLLECTIONS: JSON.stringify(wantedCollections(settings)),
    KEEP: String(snapshots.keep),
    ...(inBucket && { COPIES: copies.directory }),
    ...(tls && { NODE_EXTRA_CA_CERTS: "/tls/ca.crt" }),
    QDRANT_API_KEY: { name: storeKeysName(name), key: storeKeys.administrator },
  };
  const authority = tls && { secretName: tls.secretName, items: [{ key: "ca.crt", path: "ca.crt" }] };
  const own = {
    name: action,
    image: images.node,
    command: ["node", "/scripts/qdrant.mts", action],
    env: variablesOf(environment),
    resources: storeJobResources,
    securityContext: restrictedContainerSecurityContext,
    volumeMounts: [
      { name: "scripts", mountPath: "/scripts", readOnly: true },
      ...(tls ? [{ name: "authority", mountPath: "/tls", readOnly: true }] : []),
      ...(inBucket ? [{ name: copies.volume, mountPath: copies.mountPath }] : []),
    ],
  };
  return {
    ...jobPodBase(name, settings),
    securityContext: qdrantSecurityContext,
    ...inOrder([
      ...(action === "drill" ? bucketContainers(name, settings, "download", copies) : []),
      own,
      ...(action === "snapshot" ? bucketContainers(name, settings, "upload", copies) : []),
    ]),
    volumes: [
      { name: "scripts", configMap: { name: scripts } },
      ...(inBucket
        ? [scratchVolume(copies.volume, exportedStorage(settings), settings, storePart(name, settings, action))]
        : []),
      ...(authority ? [{ name: "authority", secret: authority }] : []),
    ],
  };
}
