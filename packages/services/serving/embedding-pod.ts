import {
  defaultBatchTokens,
  embedderDownloadBytes,
  embedderMemoryMiB,
  encoderModels,
  type EncoderName,
  engines,
  type GpuName,
  gpus,
  isEmbeddingModel,
  teiImage,
} from "@genai/catalog";
import {
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  serverPlacement,
  spreadReplicas,
  variablesOf,
  podBase,
} from "@genai/core";
import type { EmbeddingServerArgs } from "./embedding-server.ts";
import { embedderStartupSeconds } from "./embedding-problems.ts";
import { httpPortName, httpProbes } from "./probes.ts";
import { apiKeySecretKey, apiKeySecretName } from "./server-objects.ts";

/** Port of the API: one that a process without root may bind. */
export const embedderPort = 8080;

/** Name of the port of the metrics. */
export const embedderMetricsPort = "metrics";
const cacheDirectory = "/data";
/** The image prepares no user; this one owns the volumes that it writes to. */
const user = 1000;

/** Texts that one request may have scored: what a search hands over to be ranked (estimate); TEI's own limit of 32 is below that. */
const maximumRankedTexts = 128;

/** The Pod of an embedding server; satisfies the Pod Security Standard `restricted`. */
export function embedderPodSpec(name: string, args: EmbeddingServerArgs, selector: Record<string, string>) {
  const { model, pool, maximumBatchTokens = defaultBatchTokens(args.model), weights = {} } = args;
  const { options, healthPath, metricsPort } = engines.tei;
  const revision = weights.revision ?? (encoderModels[model] as { revision?: string }).revision;
  const environment: Record<string, string> = {
    [options.model]: model,
    ...(revision && { [options.revision]: revision }),
    [options.dtype]: pool.gpu ? "float16" : "float32",
    [options.port]: String(embedderPort),
    [options.metricsPort]: String(metricsPort),
    [options.cache]: cacheDirectory,
    [options.maximumBatchTokens]: String(maximumBatchTokens),
    // A text that is too long is cut, as the embedding models' own libraries do, rather than failing its whole batch.
    [options.autoTruncate]: "true",
    ...(!isEmbeddingModel(model) && { [options.maximumTexts]: String(maximumRankedTexts) }),
    HF_HUB_DISABLE_TELEMETRY: "1",
  };
  return {
    ...podBase(name, args.priorityClassName),
    ...(pool.gpu && args.runtimeClassName && { runtimeClassName: args.runtimeClassName }),
    terminationGracePeriodSeconds: 60,
    securityContext: { ...restrictedPodSecurityContext, runAsUser: user, runAsGroup: user, fsGroup: user },
    ...serverPlacement(pool),
    topologySpreadConstraints: spreadReplicas(selector),
    containers: [
      {
        name: "text-embeddings-inference",
        // A GPU without an image was refused before.
        image: teiImage(pool.gpu && gpus[pool.gpu]) ?? "",
        env: variablesOf({
          ...environment,
          [options.apiKey]: { name: apiKeySecretName(name), key: apiKeySecretKey },
          HF_TOKEN: weights.token,
        }),
        ports: [
          { name: httpPortName, containerPort: embedderPort, protocol: "TCP" },
          { name: embedderMetricsPort, containerPort: metricsPort, protocol: "TCP" },
        ],
        ...httpProbes(healthPath, embedderStartupSeconds(args)),
        // Endpoint removal reaches every client before the server stops listening.
        lifecycle: { preStop: { sleep: { seconds: 15 } } },
        resources: embedderResources({ model, gpu: pool.gpu, maximumBatchTokens }),
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          { name: "cache", mountPath: cacheDirectory },
          { name: "temporary", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "cache", emptyDir: { sizeLimit: `${cacheGibibytes(model)}Gi` } },
      { name: "temporary", emptyDir: { sizeLimit: "1Gi" } },
    ],
  };
}

/** What the resources of an embedding server follow from. */
export interface EmbedderSize {
  model: EncoderName;
  /** @default on CPU */
  gpu?: GpuName;
  maximumBatchTokens?: number;
}

/** What one replica requests. On CPU the work is done by as many threads as there are CPUs: four are a useful start (estimate). */
export function embedderResources({ model, gpu, maximumBatchTokens }: EmbedderSize) {
  const bounded = {
    memory: gpu ? "4Gi" : `${embedderMemoryMiB(model, undefined, maximumBatchTokens)}Mi`,
    "ephemeral-storage": `${cacheGibibytes(model) + 2}Gi`,
    ...(gpu && { "nvidia.com/gpu": "1" }),
  };
  return { requests: { cpu: gpu ? "2" : "4", ...bounded }, limits: bounded };
}

function cacheGibibytes(model: EncoderName): number {
  return Math.ceil(embedderDownloadBytes(model) / 2 ** 30) + 1;
}
