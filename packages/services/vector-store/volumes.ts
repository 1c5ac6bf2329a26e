import type { StoreSettings } from "./args.ts";
import type { StorePart } from "./store-objects.ts";

/** What a claim asks for: a volume of one node's Pods. */
export function claimSpec(storage: string, { storageClass }: Pick<StoreSettings, "storageClass">) {
  return {
    accessModes: ["ReadWriteOnce"],
    ...(storageClass && { storageClassName: storageClass }),
    resources: { requests: { storage } },
  };
}

/** A claim of each replica of a StatefulSet; its volume outlives the StatefulSet. */
export function claimTemplate(name: string, storage: string, settings: StoreSettings, { labels }: StorePart) {
  return { metadata: { name, labels }, spec: claimSpec(storage, settings) };
}

/** What keeps the claims of a StatefulSet when it, or a replica of it, goes: data is removed by hand alone. */
export const keepClaims = { whenDeleted: "Retain", whenScaled: "Retain" } as const;

/** A volume that a Pod gets for itself and that goes with it, for what may not fit a node's own disk. */
export function scratchVolume(name: string, storage: string, settings: StoreSettings, { labels }: StorePart) {
  return { name, ephemeral: { volumeClaimTemplate: { metadata: { labels }, spec: claimSpec(storage, settings) } } };
}
