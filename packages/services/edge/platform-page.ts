import { isEmbeddingModel } from "@genai/catalog";
import type * as pulumi from "@pulumi/pulumi";
import type { GenAIPlatformArgs } from "../platform.ts";
import type { ChatPageArgs } from "./chat-page.ts";

/** Name of the page and of its objects, in its tenant's namespace. */
export const chatPageName = "chat-page";

/** A chat page whose pool is given by name, for one of the platform's tenants. */
export interface PlatformChatPage extends Omit<
  ChatPageArgs,
  "namespace" | "pool" | "gatewayEndpoint" | "embedder" | "priorityClassName"
> {
  /** Name of a pool. */
  pool: string;
}

/** The arguments of the platform's chat page: it asks the gateway, with its tenant's key. */
export function chatPageArgs(
  page: PlatformChatPage,
  { pools, tenants, embeddings = {} }: GenAIPlatformArgs,
  gateway: { endpoint: pulumi.Input<string> },
  priorityClassName: string,
): ChatPageArgs {
  const pool = pools.find(({ name }) => name === page.pool);
  const tenant = tenants[page.tenant];
  if (!pool) throw new RangeError(`genai:ui.pool: "${page.pool}" is no pool`);
  if (!tenant) throw new RangeError(`genai:ui.tenant: "${page.tenant}" is no tenant`);
  return {
    ...page,
    pool,
    namespace: tenant.namespace,
    gatewayEndpoint: gateway.endpoint,
    embedder: Object.entries(embeddings).find(
      ([, { tenant: owner, model }]) => owner === page.tenant && isEmbeddingModel(model),
    )?.[0],
    priorityClassName,
  };
}
