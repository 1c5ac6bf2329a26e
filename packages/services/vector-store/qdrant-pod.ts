import { images } from "@genai/catalog";
import { restrictedContainerSecurityContext, restrictedPodSecurityContext, variablesOf } from "@genai/core";
import type { StoreSettings, VectorStoreKeys } from "./args.ts";
import { serverPodBase } from "./pods.ts";
import { storeResources } from "./resources.ts";
import { storeKeys, storeKeysName } from "./store-objects.ts";

/** Qdrant's ports: HTTP and gRPC for clients, the last for its replicas among themselves. */
export const qdrantPorts = { http: 6333, grpc: 6334, p2p: 6335 } as const;

/**
 * Port of its metrics and nothing else. It asks for no key, so that Prometheus needs none that reads vectors as well; who reaches it is
 * the NetworkPolicy's affair (qdrant/qdrant#7838: `service.metrics_port`).
 */
export const qdrantMetrics = { name: "metrics", port: 6336 } as const;

/** Claims of each replica, by the directory that they are mounted to. */
export const qdrantVolumes = { storage: "/qdrant/storage", snapshots: "/qdrant/snapshots" } as const;

/** The user of the published image's variant without root. */
const user = 1000;

/** Who Qdrant and the Jobs around it run as. Ownership is looked at once: on a large volume changing it takes minutes. */
export const qdrantSecurityContext = {
  ...restrictedPodSecurityContext,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  fsGroupChangePolicy: "OnRootMismatch",
};

/** Where the image's own configuration looks for certificate, key and authority, and under which names (qdrant/qdrant: config/config.yaml). */
const tlsDirectory = "/qdrant/tls";
const tlsFiles = { "tls.crt": "cert.pem", "tls.key": "key.pem", "ca.crt": "cacert.pem" };

/** Name of the Service by which replicas find each other. */
export function nodesName(store: string): string {
  return `${store}-nodes`;
}

/** `http`, or `https` where the store has a certificate. */
export function schemeOf({ tls }: Pick<StoreSettings, "tls">): "http" | "https" {
  return tls ? "https" : "http";
}

/** The Pod of Qdrant; satisfies the Pod Security Standard `restricted`. */
export function qdrantPodSpec(name: string, settings: StoreSettings) {
  const { tls, replicas, scraper } = settings;
  const clustered = replicas > 1;
  const secret = (key: keyof VectorStoreKeys) => ({ name: storeKeysName(name), key: storeKeys[key] });
  const environment = {
    QDRANT_INIT_FILE_PATH: "/qdrant/init/.qdrant-initialized",
    QDRANT__TELEMETRY_DISABLED: "true",
    ...(scraper && { QDRANT__SERVICE__METRICS_PORT: String(qdrantMetrics.port) }),
    ...(clustered && { QDRANT__CLUSTER__ENABLED: "true" }),
    ...(tls && {
      QDRANT__SERVICE__ENABLE_TLS: "true",
      ...(clustered && { QDRANT__CLUSTER__P2P__ENABLE_TLS: "true" }),
    }),
    QDRANT__SERVICE__API_KEY: secret("administrator"),
    QDRANT__SERVICE__READ_ONLY_API_KEY: secret("readOnly"),
  };
  // These three answer without a key, and no other path does.
  const probe = (path: string) => ({
    httpGet: { path, port: "http", ...(tls && { scheme: "HTTPS" }) },
    timeoutSeconds: 5,
  });
  return {
    ...serverPodBase(name, settings),
    securityContext: qdrantSecurityContext,
    containers: [
      {
        name: "qdrant",
        image: images.qdrant,
        ...(clustered && { command: ["bash", "-c", startScript(name, schemeOf(settings))] }),
        env: variablesOf(environment),
        ports: [...Object.entries(qdrantPorts), ...(scraper ? [[qdrantMetrics.name, qdrantMetrics.port]] : [])].map(
          ([port, containerPort]) => ({ name: port, containerPort, protocol: "TCP" }),
        ),
        // It listens once its collections are loaded: half an hour for what a large volume holds.
        startupProbe: { ...probe("/healthz"), periodSeconds: 5, failureThreshold: 360 },
        readinessProbe: { ...probe("/readyz"), periodSeconds: 5, failureThreshold: 3 },
        livenessProbe: { ...probe("/livez"), periodSeconds: 10, failureThreshold: 6 },
        // Endpoint removal reaches every client before the server stops listening.
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
        resources: storeResources(settings),
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          ...Object.entries(qdrantVolumes).map(([volume, mountPath]) => ({ name: volume, mountPath })),
          { name: "init", mountPath: "/qdrant/init" },
          { name: "temporary", mountPath: "/tmp" },
          ...(tls ? [{ name: "tls", mountPath: tlsDirectory, readOnly: true }] : []),
        ],
      },
    ],
    volumes: [
      { name: "init", emptyDir: { sizeLimit: "1Mi" } },
      { name: "temporary", emptyDir: { sizeLimit: "512Mi" } },
      ...(tls
        ? [
            {
              name: "tls",
              secret: {
                secretName: tls.secretName,
                items: Object.entries(tlsFiles).map(([key, path]) => ({ key, path })),
                defaultMode: 0o440,
              },
            },
          ]
        : []),
    ],
  };
}

/** The first replica founds the cluster, and each other asks it for its peers; what they know after that is on their volumes. */
function startScript(name: string, scheme: string): string {
  const address = (pod: string) => `${scheme}://${pod}.${nodesName(name)}:${qdrantPorts.p2p}`;
  return [
    `own=${address("$HOSTNAME")}`,
    `if [ "$HOSTNAME" = ${name}-0 ]; then exec ./entrypoint.sh --uri "$own"; fi`,
    `exec ./entrypoint.sh --bootstrap ${address(`${name}-0`)} --uri "$own"`,
  ].join("\n");
}
