import { isEmbeddingModel } from "@genai/catalog";
import type * as pulumi from "@pulumi/pulumi";
import type { GenAIPlatformArgs } from "../platform.ts";
import { servedNames } from "../serving/adapters.ts";
import type { ChatPageArgs } from "./chat-page.ts";

/** Name of the page and of its objects, in its tenant's namespace. */
export const chatPageName = "chat-page";

/** A chat page whose pool is given by name, for one of the platform's tenants. */
export interface PlatformChatPage extends Omit<
  ChatPageArgs,
  "namespace" | "pool" | "gatewayEndpoint" | "models" | "embedder" | "priorityClassName"
> {
  /** Name of a pool. */
  pool: string;
}

/** The arguments of the platform's chat page: it asks the gateway, with its tenant's key. */
export function chatPageArgs(
  page: PlatformChatPage,
  { pools, tenants, models, prompts = {}, embeddings = {} }: GenAIPlatformArgs,
  gateway: { endpoint: pulumi.Input<string> },
  priorityClassName: string,
): ChatPageArgs {
  const pool = pools.find(({ name }) => name === page.pool);
  const tenant = tenants[page.tenant];
  if (!pool) throw new RangeError(`genai:ui.pool: "${page.pool}" is no pool`);
  if (!tenant) throw new RangeError(`genai:ui.tenant: "${page.tenant}" is no tenant`);
  const served = Object.entries(models)
    .filter(([, model]) => model.tenant === page.tenant)
    .flatMap(([name, model]) => servedNames(name, model));
  // Nobody on the page could fill in a prompt's variables.
  const offered = Object.entries(prompts).filter(
    ([, prompt]) => served.includes(prompt.model) && !prompt.variables?.length,
  );
  return {
    ...page,
    pool,
    models: [...served, ...offered.map(([name]) => name)],
    namespace: tenant.namespace,
    gatewayEndpoint: gateway.endpoint,
    embedder: Object.entries(embeddings).find(
      ([, { tenant: owner, model }]) => owner === page.tenant && isEmbeddingModel(model),
    )?.[0],
    priorityClassName,
  };
}
