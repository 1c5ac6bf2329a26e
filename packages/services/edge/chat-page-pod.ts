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
import { chatPageSettings, dataDirectory } from "./chat-page-settings.ts";

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
          ...chatPageSettings(args),
          PORT: String(chatPagePort),
          OPENAI_API_BASE_URL: args.gatewayEndpoint,
          RAG_OPENAI_API_BASE_URL: args.gatewayEndpoint,
          WEBUI_SECRET_KEY: { name, key: chatPageSecretKeys.session },
          OPENAI_API_KEY: { name, key: chatPageSecretKeys.gateway },
          RAG_OPENAI_API_KEY: { name, key: chatPageSecretKeys.gateway },
          WEBUI_ADMIN_PASSWORD: { name, key: chatPageSecretKeys.administrator },
          WEBSOCKET_REDIS_URL: websocket,
          REDIS_URL: websocket,
          DATABASE_URL: database && { name: database.name, key: database.key },
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
