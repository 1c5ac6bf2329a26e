import { restrictedContainerSecurityContext } from "@genai/core";
import type { WeightsPlan } from "./weights-source.ts";

/** Name of the claim that holds the mirrored weights of a tenant, in its namespace. */
export const weightsClaimName = "model-weights";

/** File that a loader writes into a directory once everything in it is there and verified. */
export const completionMarker = ".complete";

/** Where a server sees its weights. */
export const weightsDirectory = "/models/weights";

const volumeName = "weights";

/** What a server is told to load: a directory, or a repository of the hub. */
export function weightsLocation({ local, source }: WeightsPlan): string {
  return local || source.kind !== "hub" ? weightsDirectory : source.repository;
}

/** What a Pod has to read weights from a volume: nothing where the server downloads them itself. */
export interface WeightsMount {
  volumes: {
    name: string;
    image?: { reference: string; pullPolicy: string };
    persistentVolumeClaim?: { claimName: string; readOnly: boolean };
  }[];
  mounts: { name: string; mountPath: string; subPath?: string; readOnly: boolean }[];
  environment: { name: string; value: string }[];
  initContainers: ReturnType<typeof waitForWeights>[];
}

/**
 * Mounts the weights read-only and tells the libraries to ask no hub. A server of mirrored weights starts once its directory is
 * complete, for its Pods may outlive the Job that fills it.
 * @param image An image with `test` in it: the server's own.
 */
export function mountWeights(plan: WeightsPlan, image: string): WeightsMount {
  const { source, cacheKey, local } = plan;
  if (!local) return { volumes: [], mounts: [], environment: [], initContainers: [] };
  const claim = (claimName: string) => ({ persistentVolumeClaim: { claimName, readOnly: true } });
  const isClaim = source.kind === "claim";
  const subPath = cacheKey ?? (isClaim ? source.path : undefined);
  const mount = { name: volumeName, mountPath: weightsDirectory, readOnly: true, ...(subPath && { subPath }) };
  const volume =
    source.kind === "image"
      ? { image: { reference: source.reference, pullPolicy: "IfNotPresent" } }
      : claim(isClaim ? source.claim : weightsClaimName);
  return {
    volumes: [{ name: volumeName, ...volume }],
    mounts: [mount],
    environment: [
      { name: "HF_HUB_OFFLINE", value: "1" },
      { name: "TRANSFORMERS_OFFLINE", value: "1" },
    ],
    initContainers: cacheKey ? [waitForWeights(image, mount)] : [],
  };
}

function waitForWeights(image: string, mount: WeightsMount["mounts"][number]) {
  return {
    name: "weights-complete",
    image,
    command: ["test", "-f", `${weightsDirectory}/${completionMarker}`],
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "32Mi" } },
    securityContext: restrictedContainerSecurityContext,
    volumeMounts: [mount],
  };
}
