import type { ChatPageArgs } from "./chat-page.ts";
import { closedVariables } from "./chat-page-closed.ts";

/** Open WebUI's directory for what it keeps, in its image. */
export const dataDirectory = "/app/backend/data";

/** Passages of a document per request to the embedding server, and requests at a time: by default each passage is one, and all are sent at once. */
const embeddingRequests = { RAG_EMBEDDING_BATCH_SIZE: "16", RAG_EMBEDDING_CONCURRENT_REQUESTS: "4" };

/** Open WebUI's settings, none with a secret in it. */
export function chatPageSettings(args: ChatPageArgs): Record<string, string> {
  const { administrator, replicas = 1, openIdConnect } = args;
  return {
    ...closedVariables(),
    HOME: "/tmp",
    DATA_DIR: dataDirectory,
    // Its start copies pages there, and its own directory is read-only.
    STATIC_DIR: `${dataDirectory}/static`,
    WEBUI_ADMIN_EMAIL: administrator,
    WEBUI_ADMIN_NAME: "Administrator",
    ...modelSettings(args),
    ...documentSettings(args),
    ...addressSettings(args),
    ...(replicas > 1 && { ENABLE_WEBSOCKET_SUPPORT: "True", WEBSOCKET_MANAGER: "redis" }),
    ...(openIdConnect && {
      ENABLE_OAUTH_SIGNUP: "True",
      OAUTH_CLIENT_ID: openIdConnect.clientId,
      OPENID_PROVIDER_URL: openIdConnect.discoveryUrl,
      OAUTH_PROVIDER_NAME: openIdConnect.displayName ?? "Single sign-on",
    }),
  };
}

/** What one can chat with: the gateway's list has embedding models too, which answer no chat. */
function modelSettings({ models }: ChatPageArgs): Record<string, string> {
  const [first] = models;
  if (first === undefined) return {};
  return { OPENAI_API_CONFIGS: JSON.stringify({ 0: { enable: true, model_ids: models } }), DEFAULT_MODELS: first };
}

/** With an embedding server, a question gets the passages that are near it; without, the whole document, and there are no memories to find. */
function documentSettings({ embedder }: ChatPageArgs): Record<string, string> {
  const embeds = embedder !== undefined;
  return {
    // Never the page's own process, which would download a model.
    RAG_EMBEDDING_ENGINE: "openai",
    RAG_EMBEDDING_MODEL: embedder ?? "",
    BYPASS_EMBEDDING_AND_RETRIEVAL: embeds ? "False" : "True",
    ENABLE_MEMORIES: embeds ? "True" : "False",
    // The question itself is looked for: what a small model makes of it finds less, and costs a request more.
    ENABLE_RETRIEVAL_QUERY_GENERATION: "False",
    ...embeddingRequests,
  };
}

function addressSettings({ exposure }: ChatPageArgs): Record<string, string> {
  if (!exposure) return {};
  const scheme = exposure.tlsSecret || exposure.kind === "httpRoute" ? "https" : "http";
  const address = `${scheme}://${exposure.host}`;
  return {
    WEBUI_URL: address,
    CORS_ALLOW_ORIGIN: address,
    WEBUI_SESSION_COOKIE_SECURE: scheme === "https" ? "True" : "False",
  };
}
