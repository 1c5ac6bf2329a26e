import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imagePullSeconds, images, startupMargin } from "@genai/catalog";
import {
  contentConfigMap,
  type ObjectOf,
  type PlacedPool,
  poolPlacement,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  type tenantMetadata,
  variablesOf,
  podBase,
} from "@genai/core";
import type { MirroredWeights } from "./weights-mirror.ts";
import { defaultVolumeBandwidth, type WeightsSource } from "./weights-source.ts";
import { loaderInterpreter, weightsClaimName } from "./weights-volume.ts";

const scriptName = "weights.py";
const scriptDirectory = "/etc/genai/loader";
const cacheDirectory = "/weights";

/** Days that weights stay in the cache after the last server of theirs: a rollback then finds them. */
const retentionDays = 7;

/** What the Pods of the loaders have in common. */
export interface LoaderPod {
  serviceAccountName: string;
  script: string;
  pool: PlacedPool;
  labels: Record<string, string>;
}

/** What a loader requests. Hashing and downloading take a CPU each; memory is the client's and its buffers (estimate). */
export const loaderResources = {
  requests: { cpu: "2", memory: "2Gi", "ephemeral-storage": "1Gi" },
  limits: { memory: "2Gi", "ephemeral-storage": "1Gi" },
};

/** The ConfigMap with the program of the loaders. */
export function loaderScriptConfigMap(name: string, metadata: ReturnType<typeof tenantMetadata>) {
  const data = { [scriptName]: readFileSync(join(import.meta.dirname, "loader", scriptName), "utf8") };
  return contentConfigMap(metadata(`${name}-script`), data);
}

/** Seconds that a loader may take: the image, the download, and reading everything again to verify it, with the usual margin. */
export function loadSeconds({ bytes, bandwidth }: Pick<MirroredWeights, "bytes" | "bandwidth">): number {
  return imagePullSeconds + Math.ceil((bytes / bandwidth + bytes / defaultVolumeBandwidth) * startupMargin) + 60;
}

/** A Job that downloads and verifies; it alone has the token. */
export function loadJob(pod: LoaderPod, weights: MirroredWeights): NonNullable<ObjectOf<"Job">["spec"]> {
  const { plan, files, token, credentials } = weights;
  const environment = {
    SOURCE: sourceText(plan.source),
    ...(plan.revision && { REVISION: plan.revision }),
    ...(files && { FILES: JSON.stringify(files) }),
    TARGET: plan.cacheKey,
  };
  const secrets = token ? [{ name: "HF_TOKEN", valueFrom: { secretKeyRef: token } }] : [];
  return {
    backoffLimit: 6,
    activeDeadlineSeconds: loadSeconds(weights),
    // Never two that write to one directory.
    podReplacementPolicy: "Failed",
    template: podTemplate(pod, "load", environment, secrets, credentials),
  };
}

/** A Job that deletes what nobody uses any more. */
export function pruneJob(pod: LoaderPod, weights: readonly MirroredWeights[]): NonNullable<ObjectOf<"Job">["spec"]> {
  const keys = weights.map(({ plan }) => plan.cacheKey).toSorted();
  const environment = { KEPT: JSON.stringify(keys), RETENTION_DAYS: String(retentionDays) };
  return {
    backoffLimit: 2,
    activeDeadlineSeconds: 1800,
    ttlSecondsAfterFinished: 24 * 3600,
    template: podTemplate(pod, "prune", environment),
  };
}

function sourceText(source: WeightsSource): string {
  return source.kind === "bucket"
    ? `s3://${source.bucket}/${source.prefix}`
    : `hf://${source.kind === "hub" ? source.repository : ""}`;
}

// oxlint-disable-next-line max-params
function podTemplate(
  { serviceAccountName, script, pool, labels }: LoaderPod,
  command: "load" | "prune",
  environment: Readonly<Record<string, string>>,
  secrets: { name: string; valueFrom: { secretKeyRef: { name: string; key: string } } }[] = [],
  credentials?: string,
) {
  const all = { DIRECTORY: cacheDirectory, HOME: "/tmp", HF_HUB_DISABLE_TELEMETRY: "1", ...environment };
  return {
    metadata: { labels },
    spec: {
      ...podBase(serviceAccountName),
      restartPolicy: "Never",
      securityContext: { ...restrictedPodSecurityContext, fsGroupChangePolicy: "OnRootMismatch" },
      ...poolPlacement(pool),
      containers: [
        {
          name: command,
          image: images.weightsLoader,
          command: [loaderInterpreter, `${scriptDirectory}/${scriptName}`, command],
          env: [...variablesOf(all), ...secrets],
          ...(credentials && { envFrom: [{ secretRef: { name: credentials } }] }),
          resources: loaderResources,
          securityContext: restrictedContainerSecurityContext,
          volumeMounts: [
            { name: "script", mountPath: scriptDirectory, readOnly: true },
            { name: "weights", mountPath: cacheDirectory },
            { name: "temporary", mountPath: "/tmp" },
          ],
        },
      ],
      volumes: [
        { name: "script", configMap: { name: script } },
        { name: "weights", persistentVolumeClaim: { claimName: weightsClaimName } },
        { name: "temporary", emptyDir: { sizeLimit: "512Mi" } },
      ],
    },
  };
}
