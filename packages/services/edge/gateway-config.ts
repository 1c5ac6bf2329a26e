import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mapValues } from "@genai/core";
import { promptIndex } from "../prompts/prompt-objects.ts";
import type { GatewayArgs } from "./gateway-args.ts";
import { requestSeconds } from "./gateway-problems.ts";

/** Where the gateway's files are mounted: its configuration and the program that tells tenants apart. */
export const configurationDirectory = "/etc/litellm";
/** Where the tenants' keys are mounted, a file each. */
export const tenantKeyDirectory = "/etc/litellm-keys";
/** Where the texts of prompts are mounted, a file each. */
export const promptDirectory = "/etc/litellm-prompts";
/** Name of LiteLLM's configuration among the files. */
export const configurationFile = "config.yaml";
/** Name of the program that serves the metrics. */
export const metricsProgram = "metrics_server.py";

/** Environment variables by which secrets reach LiteLLM. */
export const secretVariables = { masterKey: "LITELLM_MASTER_KEY", cachePassword: "CACHE_PASSWORD" } as const;

/** Environment variable with the key of a model server. */
export function modelKeyVariable(model: string): string {
  return `MODEL_KEY_${model.toUpperCase().replaceAll("-", "_")}`;
}

/** Name of the program that starts LiteLLM behind its guard. */
export const gatewayProgram = "gateway.py";

/** The programs of every gateway; what they are is said in each. */
const programs = [
  gatewayProgram,
  "guard.py",
  "guard_answers.py",
  "guard_bodies.py",
  "guard_errors.py",
  "guard_fields.py",
  "guard_json.py",
  "guard_log.py",
  "guard_request.py",
  "guard_scope.py",
  "guard_streams.py",
  "guard_texts.py",
  "tenant_keys.py",
  metricsProgram,
];

/** Largest body of a request, in MiB: a hundred pages of text with some pictures. */
export const defaultMaximumBodyMebibytes = 8;

/** What of a gateway its files follow from. */
export type FileArgs = Pick<
  GatewayArgs,
  | "models"
  | "tenants"
  | "fallbacks"
  | "prompts"
  | "timeoutSeconds"
  | "responseCacheSeconds"
  | "guardrails"
  | "maximumBodyMebibytes"
>;

/** Address of the Valkey. */
export interface CacheAddress {
  host: string;
  port: number;
}

/**
 * The gateway's files by their names, none with a secret in it.
 * @param endpoints Base URL of each model's API, by the model's name.
 */
export function gatewayFiles(
  args: FileArgs,
  endpoints: Readonly<Record<string, string>>,
  cache: CacheAddress,
): Record<string, string> {
  return {
    // JSON is YAML, and needs no rules about quotes.
    [configurationFile]: asText(liteLlmConfig(args, endpoints, cache)),
    "guard.json": asText(guardSettings(args)),
    "tenants.json": asText(tenantRights(args)),
    ...Object.fromEntries(programs.map((name) => [name, program(name)])),
    ...(hasPrompts(args) && {
      "prompts.json": asText(promptIndex(args.prompts ?? {})),
      "prompt_variants.py": program("prompt_variants.py"),
    }),
  };
}

function liteLlmConfig(args: FileArgs, endpoints: Readonly<Record<string, string>>, cache: CacheAddress) {
  const { models, fallbacks = {}, prompts = {}, responseCacheSeconds = 0 } = args;
  const timeout = requestSeconds(args);
  // To LiteLLM a prompt is one more name of its model, with the same fallbacks.
  const promptedModels = Object.entries(prompts).map(([name, { model }]) => [name, model] as const);
  const valkey = { ...cache, password: `os.environ/${secretVariables.cachePassword}` };
  return {
    model_list: [...Object.keys(models).map((name) => [name, name]), ...promptedModels].map(([name, model = ""]) => ({
      model_name: name,
      litellm_params: {
        // Whatever the engine: all of them speak OpenAI's protocol and take further parameters. It has no reranking, for which
        // LiteLLM calls TEI's own protocol that of Hugging Face.
        model: `${models[model]?.kind === "reranking" ? "huggingface" : "hosted_vllm"}/${model}`,
        api_base: endpoints[model] ?? "",
        api_key: `os.environ/${modelKeyVariable(model)}`,
      },
      // One that nobody stands in for is asked every time: to leave it alone would only add to its outage.
      model_info: Object.hasOwn(fallbacks, model) ? { allowed_fails_policy: allowedFails } : { cooldown_time: 0 },
    })),
    router_settings: {
      timeout,
      stream_timeout: timeout,
      fallbacks: [
        ...Object.entries(fallbacks),
        ...promptedModels.flatMap(([name, model]) => {
          const others = Object.hasOwn(fallbacks, model) ? fallbacks[model] : undefined;
          return others ? [[name, others] as const] : [];
        }),
      ].map(([name, others]) => ({ [name]: others })),
      // The router alone retries. What took the whole time is not asked again: the client has gone by then.
      num_retries: 2,
      retry_policy: { TimeoutErrorRetries: 0, BadRequestErrorRetries: 0, AuthenticationErrorRetries: 0 },
      // How long a model that goes on failing is left alone, while its fallbacks answer at once. LiteLLM counts failures as long.
      cooldown_time: 15,
    },
    litellm_settings: {
      request_timeout: timeout,
      // Else parameters that a provider does not have would be refused; the servers themselves know what they take.
      drop_params: false,
      telemetry: false,
      // It counts requests that were refused before anything was known of them, under labels that clients make up.
      prometheus_exclude_metrics: ["litellm_llm_api_failed_requests_metric"],
      ...(hasPrompts(args) && { custom_prometheus_metadata_labels: ["prompt_variant"] }),
      callbacks: ["prometheus", ...(hasPrompts(args) ? ["prompt_variants.prompt_variants"] : [])],
      // What tenants ask and are answered stays out of logs.
      turn_off_message_logging: true,
      // Both are needed for a key's list of models to hold.
      enable_post_custom_auth_checks: true,
      ...(responseCacheSeconds > 0 && {
        cache: true,
        cache_params: { type: "redis", ...valkey, ttl: responseCacheSeconds, namespace: "responses" },
      }),
    },
    general_settings: {
      master_key: `os.environ/${secretVariables.masterKey}`,
      custom_auth: "tenant_keys.authenticate",
      custom_auth_run_common_checks: true,
      // Limits count over all replicas.
      coordination_redis: valkey,
    },
  };
}

/** More failures than a model has between two starts of the gateway. */
const never = 1_000_000_000;

/** Failures of each kind, counted apart, before a model is left alone. What it says of a request is no failure of the model. */
const allowedFails = {
  AuthenticationErrorAllowedFails: never,
  BadRequestErrorAllowedFails: never,
  ContentPolicyViolationErrorAllowedFails: never,
  NotFoundErrorAllowedFails: never,
  RateLimitErrorAllowedFails: never,
  TimeoutErrorAllowedFails: 2,
  InternalServerErrorAllowedFails: 2,
  ServiceUnavailableErrorAllowedFails: 2,
  BadGatewayErrorAllowedFails: 2,
};

/** What the guard judges a request by: the kind of each name that a client may ask for, and its bounds. */
function guardSettings({ models, prompts = {}, guardrails = {}, maximumBodyMebibytes }: FileArgs) {
  return {
    models: {
      ...mapValues(models, ({ kind = "chat" }) => kind),
      ...mapValues(prompts, () => "prompt"),
    },
    maximumBodyBytes: (maximumBodyMebibytes ?? defaultMaximumBodyMebibytes) * 2 ** 20,
    guardrails,
  };
}

/** What each tenant's key opens: its own models and no other. */
function tenantRights({ models, tenants, prompts = {} }: FileArgs) {
  return Object.fromEntries(
    Object.entries(tenants).map(([tenant, { limits = {} }]) => {
      const ofTenant = (model: string) => models[model]?.tenant === tenant;
      const own = [
        ...Object.keys(models).filter(ofTenant),
        ...Object.keys(prompts).filter((name) => ofTenant(prompts[name]?.model ?? "")),
      ];
      return [tenant, { models: own, ...limits }];
    }),
  );
}

/** Whether a gateway has prompts: one without runs none of their program. */
function hasPrompts({ prompts = {} }: Pick<FileArgs, "prompts">): boolean {
  return Object.keys(prompts).length > 0;
}

function program(name: string): string {
  return readFileSync(join(import.meta.dirname, "litellm", name), "utf8");
}

function asText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
