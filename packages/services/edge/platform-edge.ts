import { cpuSecondsPerToken, defaultMaximumOutputTokens, drainBudget, isEmbeddingModel } from "@genai/catalog";
import * as pulumi from "@pulumi/pulumi";
import type { GenAIPlatformArgs } from "../platform.ts";
import type { Prompts } from "../prompts/prompt-args.ts";
import { servedNames } from "../serving/adapters.ts";
import type { InferenceServerArgs } from "../serving/inference-server.ts";
import { cpuMaximumOutputTokens } from "../serving/llama-cpp.ts";
import { ChatPage } from "./chat-page.ts";
import { Gateway, gatewayName } from "./gateway.ts";
import type { GatewayArgs, GatewayModel, GatewayTenant, TenantLimits } from "./gateway-args.ts";
import { chatPageArgs, chatPageName, type PlatformChatPage } from "./platform-page.ts";

/** A gateway whose pool is given by name, and whose models and tenants are the platform's. */
export interface PlatformGateway extends Omit<
  GatewayArgs,
  "path" | "pool" | "models" | "tenants" | "prompts" | "scraper" | "priorityClassName"
> {
  /** Name of a pool. */
  pool: string;
  /** What each tenant may use, by its name. @default no limits */
  limits?: Readonly<Record<string, TenantLimits>>;
  /** Key that clients of each tenant present, by its name. */
  tenantKeys: Readonly<Record<string, pulumi.Input<string>>>;
  /** Former key of each tenant that is still valid, by its name. @default none */
  previousTenantKeys?: Readonly<Record<string, pulumi.Input<string> | undefined>>;
}

/** What of the platform is in front of its models. */
export interface PlatformEdgeArgs {
  /** The one address of all models. @default none */
  gateway?: PlatformGateway;
  /** Prompts that it puts in front of questions, by the names that clients use. @default none */
  prompts?: Prompts;
  /** The chat page behind the gateway. @default none */
  ui?: PlatformChatPage;
}

/** What answers at an address. */
export type Endpoints = Readonly<Record<string, { endpoint: pulumi.Input<string> }>>;

/** Seconds that a model may take to finish an answer while it stops: the gateway has to wait as long. */
export function drainSecondsOf({
  engine,
  gracePeriodSeconds,
  maximumOutputTokens,
}: Pick<InferenceServerArgs, "engine" | "gracePeriodSeconds" | "maximumOutputTokens">): number {
  const onCpu = engine === "llamaCpp";
  const tokens = maximumOutputTokens ?? (onCpu ? cpuMaximumOutputTokens : defaultMaximumOutputTokens);
  return gracePeriodSeconds ?? drainBudget(tokens, onCpu ? cpuSecondsPerToken : undefined).gracePeriodSeconds;
}

/** The arguments of the platform's gateway: every server behind it, every tenant in front of it. */
export function gatewayArgs(
  { limits = {}, tenantKeys, previousTenantKeys = {}, ...gateway }: PlatformGateway,
  { pools, tenants, models, embeddings = {}, prompts, scraper }: GenAIPlatformArgs,
  servers: Endpoints,
  priorityClassName: string,
): GatewayArgs {
  const pool = pools.find(({ name }) => name === gateway.pool);
  if (!pool) throw new RangeError(`genai:gateway.pool: "${gateway.pool}" is no pool`);
  const behind = (
    drainSeconds: number,
    { apiKey, tenant }: Omit<GatewayModel, "endpoint" | "drainSeconds">,
    name: string,
  ) => ({
    endpoint: servers[name]?.endpoint ?? "",
    apiKey,
    tenant,
    drainSeconds,
  });
  return {
    ...gateway,
    pool,
    prompts,
    scraper,
    priorityClassName,
    models: Object.fromEntries([
      ...Object.entries(models).flatMap(([name, model]) =>
        servedNames(name, model).map((served) => [served, behind(drainSecondsOf(model), model, name)] as const),
      ),
      ...Object.entries(embeddings).map(([name, embedding]) => [
        name,
        { ...behind(0, embedding, name), kind: isEmbeddingModel(embedding.model) ? "embedding" : "reranking" } as const,
      ]),
    ]),
    tenants: Object.fromEntries(
      Object.entries(tenants).map(([name, { namespace }]): [string, GatewayTenant] => [
        name,
        { namespace, key: tenantKeys[name] ?? "", previousKey: previousTenantKeys[name], limits: limits[name] },
      ]),
    ),
  };
}

/** The gateway in front of these servers, and the chat page behind it, where the platform has them. */
export function platformEdge(
  args: GenAIPlatformArgs,
  servers: Endpoints,
  priorityClassName: string,
  options: pulumi.ComponentResourceOptions,
): { gateway: Gateway | undefined; ui: ChatPage | undefined } {
  const gateway =
    args.gateway && new Gateway(gatewayName, gatewayArgs(args.gateway, args, servers, priorityClassName), options);
  const ui =
    args.ui &&
    gateway &&
    new ChatPage(
      chatPageName,
      chatPageArgs(args.ui, args, gateway, priorityClassName),
      // After a rotation its new key is valid before it comes with it.
      pulumi.mergeOptions(options, { dependsOn: gateway }),
    );
  return { gateway, ui };
}
