import { exitSeconds, images, preStopSeconds } from "@genai/catalog";
import {
  poolPlacement,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  spreadReplicas,
  variablesOf,
  podBase,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { promptVolume } from "../prompts/prompt-objects.ts";
import { httpPortName, httpProbes } from "../serving/probes.ts";
import { cachePasswordKey } from "./cache.ts";
import type { GatewayArgs } from "./gateway-args.ts";
import {
  configurationDirectory,
  defaultMaximumBodyMebibytes,
  gatewayProgram,
  metricsProgram,
  modelKeyVariable,
  promptDirectory,
  secretVariables,
  tenantKeyDirectory,
} from "./gateway-config.ts";
import { requestSeconds } from "./gateway-problems.ts";

/** Port of the gateway's API. */
export const gatewayPort = 4000;
/** Port and name of the port of its metrics, which tenants cannot reach. */
export const gatewayMetrics = { port: 9090, name: "metrics" } as const;
/** Key of the platform's own key in its Secret. */
export const masterKeyKey = "master-key";

/** What the gateway's Pod refers to by name. */
export interface GatewayReferences {
  serviceAccount: string;
  selector: Record<string, string>;
  configuration: pulumi.Input<string>;
  secrets: { master: string; models: string; tenants: string; cache: string };
}

/** Loading LiteLLM takes 5 s on an idle CPU; on a node that starts everything at once many times that (estimate). */
export const gatewayStartupSeconds = 240;

const countsDirectory = "/metrics";

/**
 * Memory of LiteLLM and its guard, in MiB: 300 at rest and 200 more under load, and eight of the largest bodies in flight, each of which
 * takes up to eight times its size (measured: 509 MiB at eight bodies of 8 MiB).
 */
function proxyMebibytes({
  maximumBodyMebibytes = defaultMaximumBodyMebibytes,
}: Pick<GatewayArgs, "maximumBodyMebibytes">) {
  return 512 + 64 * maximumBodyMebibytes;
}

const metricsResources = bounded("20m", "96Mi", "64Mi");

/** What one replica of the gateway requests: LiteLLM with its guard, and the server of its metrics. */
export function gatewayRequests(args: Pick<GatewayArgs, "maximumBodyMebibytes">) {
  return { cpu: "520m", memory: `${proxyMebibytes(args) + 96}Mi` };
}

/** Seconds that a replica has to finish what it began. */
export function gatewayGraceSeconds(args: GatewayArgs): number {
  return preStopSeconds + requestSeconds(args) + exitSeconds;
}

/** The Pod of the gateway; satisfies the Pod Security Standard `restricted`. */
export function gatewayPodSpec(args: GatewayArgs, references: GatewayReferences) {
  const { models, pool, priorityClassName } = args;
  const { secrets } = references;
  const prompts = promptVolume(args.prompts ?? {}, "prompts");
  return {
    ...podBase(references.serviceAccount, priorityClassName),
    terminationGracePeriodSeconds: gatewayGraceSeconds(args),
    securityContext: restrictedPodSecurityContext,
    ...poolPlacement(pool),
    topologySpreadConstraints: spreadReplicas(references.selector),
    containers: [
      {
        name: "litellm",
        image: images.liteLlm,
        // One process for each replica: its probes then speak of all that it does.
        command: ["python3", `${configurationDirectory}/${gatewayProgram}`, "--port", String(gatewayPort)],
        env: variablesOf({
          ...environment,
          PROMPT_DIRECTORY: prompts && promptDirectory,
          [secretVariables.masterKey]: { name: secrets.master, key: masterKeyKey },
          [secretVariables.cachePassword]: { name: secrets.cache, key: cachePasswordKey },
          ...Object.fromEntries(
            Object.keys(models).map((model) => [modelKeyVariable(model), { name: secrets.models, key: model }]),
          ),
        }),
        ports: [{ name: httpPortName, containerPort: gatewayPort, protocol: "TCP" }],
        ...probes,
        lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } },
        resources: bounded("500m", `${proxyMebibytes(args)}Mi`, "1Gi"),
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          { name: "configuration", mountPath: configurationDirectory, readOnly: true },
          { name: "tenant-keys", mountPath: tenantKeyDirectory, readOnly: true },
          ...(prompts ? [{ name: prompts.name, mountPath: promptDirectory, readOnly: true }] : []),
          { name: "counts", mountPath: countsDirectory },
          { name: "temporary", mountPath: "/tmp" },
        ],
      },
      metricsContainer,
    ],
    volumes: [
      { name: "configuration", configMap: { name: references.configuration } },
      { name: "tenant-keys", secret: { secretName: secrets.tenants, defaultMode: 0o440 } },
      ...(prompts ? [prompts] : []),
      { name: "counts", emptyDir: { sizeLimit: "64Mi" } },
      { name: "temporary", emptyDir: { sizeLimit: "256Mi" } },
    ],
  };
}

const environment: Readonly<Record<string, string>> = {
  HOME: "/tmp",
  TENANT_KEY_DIRECTORY: tenantKeyDirectory,
  PROMETHEUS_MULTIPROC_DIR: countsDirectory,
  LITELLM_MODE: "PRODUCTION",
  // The list of prices that the package brings: the gateway has no way out of the cluster.
  LITELLM_LOCAL_MODEL_COST_MAP: "True",
  // Everything is configured here; what a page could change would be gone with the Pod.
  DISABLE_ADMIN_UI: "True",
  NO_DOCS: "True",
  NO_REDOC: "True",
};

/**
 * LiteLLM's own answers about itself, as far as the guard passes them on; they ask no model and no key. Never `/health`, which asks every model, nor the separate health
 * application, a process beside it that answers while this one hangs.
 */
const probes = {
  ...httpProbes("/health/liveliness", gatewayStartupSeconds),
  readinessProbe: {
    httpGet: { path: "/health/readiness", port: httpPortName },
    periodSeconds: 5,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
};

const metricsProbe = { httpGet: { path: "/metrics", port: gatewayMetrics.name }, timeoutSeconds: 5 };

const metricsContainer = {
  name: "metrics",
  image: images.liteLlm,
  command: ["python3", `${configurationDirectory}/${metricsProgram}`, String(gatewayMetrics.port)],
  env: [{ name: "PROMETHEUS_MULTIPROC_DIR", value: countsDirectory }],
  ports: [{ name: gatewayMetrics.name, containerPort: gatewayMetrics.port, protocol: "TCP" }],
  startupProbe: { ...metricsProbe, periodSeconds: 5, failureThreshold: 24 },
  readinessProbe: { ...metricsProbe, periodSeconds: 10, failureThreshold: 3 },
  livenessProbe: { ...metricsProbe, periodSeconds: 30, failureThreshold: 3 },
  resources: metricsResources,
  securityContext: restrictedContainerSecurityContext,
  volumeMounts: [
    { name: "configuration", mountPath: configurationDirectory, readOnly: true },
    { name: "counts", mountPath: countsDirectory },
  ],
};

function bounded(cpu: string, memory: string, storage: string) {
  const limits = { memory, "ephemeral-storage": storage };
  return { requests: { cpu, ...limits }, limits };
}
