import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { GatewayArgs } from "./gateway-args.ts";
import { requestSeconds } from "./gateway-problems.ts";

/** Where the gateway's files are mounted: its configuration and the program that tells tenants apart. */
export const configurationDirectory = "/etc/litellm";
/** Where the tenants' keys are mounted, a file each. */
export const tenantKeyDirectory = "/etc/litellm-keys";
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

/** The routes of a tenant's key: what answers, and the list of its models. LiteLLM's own administration is not among them. */
const tenantRoutes = ["chat/completions", "completions", "embeddings", "responses", "models"].flatMap((route) => [
  `/${route}`,
  `/v1/${route}`,
]);

/** What of a gateway its files follow from. */
export type FileArgs = Pick<
  GatewayArgs,
  "models" | "tenants" | "fallbacks" | "timeoutSeconds" | "responseCacheSeconds"
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
    "tenants.json": asText(tenantRights(args)),
    "tenant_keys.py": program("tenant_keys.py"),
    [metricsProgram]: program(metricsProgram),
  };
}

function liteLlmConfig(args: FileArgs, endpoints: Readonly<Record<string, string>>, cache: CacheAddress) {
  const { models, fallbacks = {}, responseCacheSeconds = 0 } = args;
  const timeout = requestSeconds(args);
  const valkey = { ...cache, password: `os.environ/${secretVariables.cachePassword}` };
  return {
    model_list: Object.keys(models).map((name) => ({
      model_name: name,
      litellm_params: {
        // Whatever the engine: all of them speak OpenAI's protocol and take further parameters.
        model: `hosted_vllm/${name}`,
        api_base: endpoints[name] ?? "",
        api_key: `os.environ/${modelKeyVariable(name)}`,
      },
    })),
    router_settings: {
      timeout,
      stream_timeout: timeout,
      fallbacks: Object.entries(fallbacks).map(([name, others]) => ({ [name]: others })),
      // The router alone retries. What took the whole time is not asked again: the client has gone by then.
      num_retries: 2,
      retry_policy: { TimeoutErrorRetries: 0, BadRequestErrorRetries: 0, AuthenticationErrorRetries: 0 },
      // A model that failed thrice in a minute is left alone for a few seconds, in which its fallbacks answer at once.
      allowed_fails: 3,
      cooldown_time: 5,
    },
    litellm_settings: {
      request_timeout: timeout,
      // Else parameters that a provider does not have would be refused; the servers themselves know what they take.
      drop_params: false,
      telemetry: false,
      callbacks: ["prometheus"],
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

/** What each tenant's key opens: its own models and no other. */
function tenantRights({ models, tenants }: FileArgs) {
  return Object.fromEntries(
    Object.entries(tenants).map(([tenant, { limits = {} }]) => {
      const own = Object.keys(models).filter((name) => models[name]?.tenant === tenant);
      // An empty list would mean every model to LiteLLM; this name no model can have.
      return [tenant, { models: own.length > 0 ? own : ["no model"], routes: tenantRoutes, ...limits }];
    }),
  );
}

function program(name: string): string {
  return readFileSync(join(import.meta.dirname, "litellm", name), "utf8");
}

function asText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
