import { images } from "@genai/catalog";
import {
  poolPlacement,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  spreadReplicas,
  variablesOf,
  podBase,
} from "@genai/core";
import { httpPortName, httpProbes } from "../serving/probes.ts";
import type { ChatPageArgs } from "./chat-page.ts";

/** Port of the page. */
export const chatPagePort = 8080;
/** Keys of the page's Secret. */
export const chatPageSecretKeys = {
  session: "session-key",
  gateway: "gateway-key",
  administrator: "administrator-password",
} as const;
/** Key of the address of the page's Valkey, with the password in it, in the page's Secret. */
export const websocketKey = "websocket-address";

/** Open WebUI's directory for what it keeps, in its image. */
const dataDirectory = "/app/backend/data";
/** Loading takes 30 s on an idle CPU, and migrates its database before (estimate). */
export const chatPageStartupSeconds = 300;
/** Seconds that a replica has to stop. */
export const chatPageGraceSeconds = 60;

/** What a replica of the page requests, and may use (Open WebUI takes 0.4 GB after its start, measured; reading documents takes more). */
export const chatPageResources = {
  requests: { cpu: "500m", memory: "1536Mi", "ephemeral-storage": "2Gi" },
  limits: { memory: "1536Mi", "ephemeral-storage": "2Gi" },
};

/** The Pod of the page; satisfies the Pod Security Standard `restricted`. */
export function chatPagePodSpec(name: string, args: ChatPageArgs, selector: Record<string, string>) {
  const { pool, priorityClassName, storage, replicas = 1, database, openIdConnect } = args;
  const websocket = replicas > 1 ? { name, key: websocketKey } : undefined;
  const data = storage ? { persistentVolumeClaim: { claimName: name } } : { emptyDir: { sizeLimit: "1Gi" } };
  return {
    ...podBase(name, priorityClassName),
    terminationGracePeriodSeconds: chatPageGraceSeconds,
    securityContext: restrictedPodSecurityContext,
    ...poolPlacement(pool),
    topologySpreadConstraints: spreadReplicas(selector),
    containers: [
      {
        name: "open-webui",
        image: images.openWebUi,
        env: variablesOf({
          OPENAI_API_BASE_URL: args.gatewayEndpoint,
          ...settings(args),
          WEBUI_SECRET_KEY: { name, key: chatPageSecretKeys.session },
          OPENAI_API_KEY: { name, key: chatPageSecretKeys.gateway },
          WEBUI_ADMIN_PASSWORD: { name, key: chatPageSecretKeys.administrator },
          WEBSOCKET_REDIS_URL: websocket,
          REDIS_URL: websocket,
          DATABASE_URL: database,
          OAUTH_CLIENT_SECRET: openIdConnect?.clientSecret,
        }),
        ports: [{ name: httpPortName, containerPort: chatPagePort, protocol: "TCP" }],
        ...httpProbes("/health", chatPageStartupSeconds),
        lifecycle: { preStop: { sleep: { seconds: 15 } } },
        resources: chatPageResources,
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          { name: "data", mountPath: dataDirectory },
          { name: "temporary", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "data", ...data },
      { name: "temporary", emptyDir: { sizeLimit: "512Mi" } },
    ],
  };
}

/** Open WebUI's settings, none with a secret in it. */
function settings({ administrator, exposure, replicas = 1, openIdConnect, embedder }: ChatPageArgs) {
  const scheme = exposure?.tlsSecret || exposure?.kind === "httpRoute" ? "https" : "http";
  const address = exposure && `${scheme}://${exposure.host}`;
  return {
    HOME: "/tmp",
    PORT: String(chatPagePort),
    DATA_DIR: dataDirectory,
    // Its start copies pages there, and its own directory is read-only.
    STATIC_DIR: `${dataDirectory}/static`,
    // Else what a page changed once would outlive every change of the stack.
    ENABLE_PERSISTENT_CONFIG: "False",
    ENABLE_SIGNUP: "False",
    DEFAULT_USER_ROLE: "user",
    WEBUI_ADMIN_EMAIL: administrator,
    WEBUI_ADMIN_NAME: "Administrator",
    // One way to models, the gateway's: nobody adds another by a page.
    ENABLE_OLLAMA_API: "False",
    ENABLE_DIRECT_CONNECTIONS: "False",
    ENABLE_COMMUNITY_SHARING: "False",
    // It has no way out of the cluster.
    OFFLINE_MODE: "True",
    HF_HUB_OFFLINE: "1",
    ENABLE_VERSION_UPDATE_CHECK: "False",
    ANONYMIZED_TELEMETRY: "False",
    DO_NOT_TRACK: "True",
    SCARF_NO_ANALYTICS: "True",
    RAG_EMBEDDING_ENGINE: "openai",
    ...(embedder && { RAG_EMBEDDING_MODEL: embedder }),
    ...(address && {
      WEBUI_URL: address,
      CORS_ALLOW_ORIGIN: address,
      WEBUI_SESSION_COOKIE_SECURE: scheme === "https" ? "True" : "False",
    }),
    ...(replicas > 1 && { ENABLE_WEBSOCKET_SUPPORT: "True", WEBSOCKET_MANAGER: "redis" }),
    ...(openIdConnect && {
      ENABLE_OAUTH_SIGNUP: "True",
      OAUTH_CLIENT_ID: openIdConnect.clientId,
      OPENID_PROVIDER_URL: openIdConnect.discoveryUrl,
      OAUTH_PROVIDER_NAME: openIdConnect.displayName ?? "Single sign-on",
    }),
  } satisfies Record<string, string>;
}
