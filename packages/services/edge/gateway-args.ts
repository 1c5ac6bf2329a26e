import type { ObjectOf, Scraper } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { Scaling } from "../serving/autoscaler.ts";
import type { NodePool } from "../serving/pool.ts";
import type { Prompts } from "../prompts/prompt-args.ts";
import type { Exposure } from "./exposure.ts";
import type { Guardrails } from "./guardrails.ts";

/** A model server, or one for embeddings, as the gateway sees it. */
export interface GatewayModel {
  /** Base URL of its OpenAI-compatible API inside the cluster, or of TEI's own for one that ranks. */
  endpoint: pulumi.Input<string>;
  /** Key that it asks for; reaches a Secret and nothing else. */
  apiKey: pulumi.Input<string>;
  /** Whose it is: no other tenant's key reaches it. */
  tenant: string;
  /** Seconds that it may take to finish an answer while it stops; 0 for one that only embeds or ranks. */
  drainSeconds: number;
  /** What it does, hence which routes reach it. @default chat */
  kind?: "chat" | "embedding" | "reranking";
}

/** What a tenant may use. Each counts over all of its models and all replicas of the gateway. */
export interface TenantLimits {
  /** Requests in a minute. @default any number */
  requestsPerMinute?: number;
  /** Tokens of questions and answers in a minute. @default any number */
  tokensPerMinute?: number;
  /** Requests at a time. @default any number */
  parallelRequests?: number;
}

/** A tenant, with the key that its clients present. */
export interface GatewayTenant {
  namespace: string;
  /** Key that its clients present; reaches a Secret and nothing else. */
  key: pulumi.Input<string>;
  /** Former key that is still valid, while clients change to the new one. @default none */
  previousKey?: pulumi.Input<string>;
  /** @default none */
  limits?: TenantLimits;
}

/** What a gateway is: LiteLLM in front of every model, and a Valkey in which its replicas count. */
export interface GatewayArgs {
  /** Where these arguments stand in the stack file; begins every error message. @default `genai:gateway` */
  path?: string;
  pool: NodePool;
  /** Replicas at least. @default 2 */
  replicas?: number;
  /** Replicas that the autoscaler may add up to. @default `replicas` */
  maxReplicas?: number;
  /** When it adds them. @default see `Scaling` */
  scaling?: Scaling;
  /** Seconds that a request may take. @default the longest that a model may take to finish an answer while it stops */
  timeoutSeconds?: number;
  /** Seconds for which the same question gets the same answer without asking the model. @default 0, never */
  responseCacheSeconds?: number;
  /** Largest body of a request, in MiB; 413 beyond. @default 8 */
  maximumBodyMebibytes?: number;
  /** What becomes of addresses, numbers and keys in questions and answers. @default nothing */
  guardrails?: Guardrails;
  /** What is behind it, by the names that clients use. */
  models: Readonly<Record<string, GatewayModel>>;
  /** Who is in front of it. */
  tenants: Readonly<Record<string, GatewayTenant>>;
  /** Models that answer in another's place, in their order. @default none */
  fallbacks?: Readonly<Record<string, readonly string[]>>;
  /** Prompts in front of models, by the names that clients use. @default none */
  prompts?: Prompts;
  /** Key of the platform itself: every model and LiteLLM's own routes. */
  masterKey: pulumi.Input<string>;
  cachePassword: pulumi.Input<string>;
  /** How it is reached from outside. @default not at all */
  exposure?: Exposure;
  /** Who may read its metrics. @default nobody */
  scraper?: Scraper;
  /** @default the cluster's default priority */
  priorityClassName?: string;
}

/** Kinds of a gateway's objects. */
export type GatewayKind =
  | "ConfigMap"
  | "Deployment"
  | "HTTPRoute"
  | "HorizontalPodAutoscaler"
  | "Ingress"
  | "Namespace"
  | "NetworkPolicy"
  | "PodDisruptionBudget"
  | "Secret"
  | "Service"
  | "ServiceAccount";

/** The objects of a gateway; beside these, one policy for each tenant's namespace, under `tenant-<name>`. */
export interface GatewayObjects extends Record<string, ObjectOf<GatewayKind> | undefined> {
  namespace: ObjectOf<"Namespace">;
  service: ObjectOf<"Service">;
  configuration: ObjectOf<"ConfigMap">;
  deployment: ObjectOf<"Deployment">;
}
