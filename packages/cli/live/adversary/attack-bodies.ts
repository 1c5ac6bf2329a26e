import { attack, type Attack, type Mark } from "./attack.ts";
import type { Surface } from "./besieged-gateway.ts";
import { keys, ordinaryBody, servedPaths } from "./request.ts";
import type { Seeded } from "./seeded.ts";
import { modelsOf } from "./tenants.ts";

const { chat: code, prompt: greeting } = modelsOf.support;

/** Fields that OpenAI's or Cohere's own routes have too: whether they are a setting, their value decides. */
const ordinaryFields = [
  "model",
  "metadata",
  "messages",
  "input",
  "prompt",
  "query",
  "documents",
  "stream",
  "dimensions",
];

/** Settings of LiteLLM's that no list of its own names, and others' words for the same. */
const furtherFields = [
  "api_key",
  "apiKey",
  "key",
  "base_url",
  "baseURL",
  "organization",
  "timeout",
  "request_timeout",
  "max_retries",
  "num_retries",
  "fallbacks",
  "context_window_fallbacks",
  "content_policy_fallbacks",
  "disable_fallbacks",
  "mock_response",
  "mock_testing_fallbacks",
  "mock_tool_calls",
  "guardrails",
  "disable_global_guardrails",
  "guardrail_config",
  "litellm_params",
  "extra_body",
  "extra_headers",
  "extra_query",
  "user_config",
  "models",
  "deployment_id",
  "engine",
  "specific_deployment",
  "cache",
  "no-store",
  "ttl",
  "s-maxage",
  "drop_params",
  "additional_drop_params",
  "custom_llm_provider",
  "provider",
  "router",
  "route",
  "tags",
  "policies",
  "mcp_servers",
  "litellm_metadata",
  "user_api_key",
  "user_api_key_dict",
  "proxy_server_request",
  "model_info",
  "model_group",
  "team_id",
  "hooks",
  "callbacks",
  "success_callback",
  "failure_callback",
  "success_callbacks",
  "logger_fn",
  "langfuse_host",
  "vertex_project",
  "aws_region_name",
  "prompt_id",
  "prompt_variables",
  "prompt_label",
  "secret_fields",
  "__proto__",
  "constructor",
  "Model",
  "MODEL",
  "model ",
  "mоdel",
] as const;

/** A setting of LiteLLM's in the body: refused by its name, whatever its value. */
export function fieldAttacks({ fields }: Surface, mark: Mark, seeded: Seeded): Attack[] {
  const values = [code, keys.support, "", null, true, 0, {}, [], [code], { model: code }, "http://127.0.0.1:1/v1"];
  const names = [...new Set([...fields, ...furtherFields])].filter((name) => !ordinaryFields.includes(name));
  return names.flatMap((name) =>
    servedPaths.map((target) => {
      const body = Object.fromEntries([
        ...Object.entries(ordinaryBody(target, mark("research"))),
        [name, seeded.pick(values)],
      ]);
      return attack(`the field ${name} at ${target}`, { target, body: withProto(body, name) }, 400, { says: name });
    }),
  );
}

/** JSON.stringify leaves `__proto__` out where it was set and not defined; here it is a field as any other. */
function withProto(body: object, name: string): string {
  const text = JSON.stringify(body);
  return text.includes(`"${name}"`) ? text : text.replace(/\}$/, `,${JSON.stringify(name)}:{}}`);
}

/** Another tenant's model by every name that might be taken for it, beside or instead of an own one. */
export function modelAttacks({ deployments }: Surface, mark: Mark): Attack[] {
  const foreign = [
    code,
    greeting,
    "order",
    "vectors",
    deployments[code] ?? "",
    `openai/${code}`,
    `hosted_vllm/${code}`,
    `azure/${code}`,
    ` ${code}`,
    `${code} `,
    `${code}\u0000`,
    `${code}\n`,
    "CODE",
    "ｃｏｄｅ",
    "c\u200bode",
    "cod\u0435",
    `chat,${code}`,
    `${code},chat`,
    `chat/../${code}`,
    `${code}:1`,
    `${code}@x`,
    "*",
    "all",
    "all-proxy-models",
    "all-team-models",
    "no-default-models",
    "no model",
    "/etc/passwd",
    "../code",
    "chat|code",
    "gpt-4o",
    "os.environ/LITELLM_MASTER_KEY",
    "default",
    "research/chat",
    "model_list[1]",
    `{"model":"${code}"}`,
    "-",
    "0",
  ];
  const wrong: unknown[] = [null, true, 1, [], ["chat"], [code], ["chat", code], {}, { name: code }, { 0: "c" }];
  return servedPaths.flatMap((target) => {
    const own = () => ordinaryBody(target, mark("research"));
    const text = (model: string) => JSON.stringify(own()).replace(/"model":"[^"]*"/, model);
    const refused = (what: string, body: string | object) => attack(`${what} at ${target}`, { target, body }, 400);
    const ownModel = own().model;
    return [
      ...foreign.map((model) =>
        attack(`the model ${model.slice(0, 60)} at ${target}`, { target, body: { ...own(), model } }, 404, {
          says: "model_not_found",
        }),
      ),
      ...wrong.map((model) => refused(`the model ${JSON.stringify(model)}`, { ...own(), model })),
      refused("a model of 5,000 letters", { ...own(), model: "x".repeat(5000) }),
      refused("no model", text('"user":"x"')),
      attack(`an empty model at ${target}`, { target, body: { ...own(), model: "" } }, [400, 404]),
      refused("two models", text(`"model":"${ownModel}","model":"${code}"`)),
      refused("two models", text(`"model":"${code}","model":"${ownModel}"`)),
      refused("two models, one spelt by escapes", text(`"model":"${ownModel}","\\u006d\\u006fdel":"${code}"`)),
      refused("the same model twice", text(`"model":"${ownModel}","model":"${ownModel}"`)),
      refused("a duplicate deep inside", text(`"model":"${ownModel}","metadata":{"a":{"b":"1","b":"2"}}`)),
      attack(`another tenant's model by escapes at ${target}`, { target, body: text('"model":"\\u0063ode"') }, 404),
      ...["chat", "embeds", "ranks"].flatMap((kind) => {
        const model = modelsOf.research[kind as "chat" | "embeds" | "ranks"];
        return model === ownModel ? [] : [refused(`the ${kind} model`, { ...own(), model })];
      }),
      ...[
        { model: code },
        { litellm_params: { api_key: "x" } },
        { model_group: code },
        { user_api_key: keys.support },
      ].map((metadata) =>
        attack(`metadata ${JSON.stringify(metadata)}`, { target, body: { ...own(), metadata } }, [200, 400]),
      ),
    ];
  });
}

/** What is no JSON, or more of it than the gateway reads. */
export function syntaxAttacks(mark: Mark): Attack[] {
  const body = () => JSON.stringify(ordinaryBody("/v1/chat/completions", mark("research")));
  const withField = (field: string) => body().replace(/\}$/, `,${field}}`);
  const nested = (depth: number, open: string, close: string) =>
    withField(`"metadata":${open.repeat(depth)}1${close.repeat(depth)}`);
  const texts: Record<string, string | Buffer> = {
    nothing: "",
    "a space": " ",
    "an array": `[${body()}]`,
    "a string": '"x"',
    null: "null",
    "a number": "1",
    "no end": body().slice(0, -1),
    "more behind it": `${body()}{}`,
    "two objects": `${body()}\n${body()}`,
    "a comment": withField('/**/"user":"x"'),
    "a comma too many": withField(""),
    "single quotes": body().replaceAll('"', "'"),
    NaN: withField('"temperature":NaN'),
    Infinity: withField('"temperature":Infinity'),
    "-Infinity": withField('"temperature":-Infinity'),
    "a number beyond doubles": withField('"temperature":1e999'),
    "an integer of more than 64 bits": withField('"seed":18446744073709551616'),
    "an integer of 5000 digits": withField(`"seed":${"9".repeat(5000)}`),
    "a lone surrogate": withField('"user":"\\ud800"'),
    "a lone surrogate in a name": withField('"\\udc00":1'),
    "a control character": withField('"user":"\u0001"'),
    "a byte order mark": `\ufeff${body()}`,
    "UTF-16": Buffer.from(body(), "utf16le"),
    "no UTF-8": Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    "UTF-8 too long": Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xc1, 0xa3]), Buffer.from('"}')]),
    "a surrogate in UTF-8": Buffer.concat([
      Buffer.from('{"model":"'),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ]),
    "objects in 65": nested(65, '{"a":', "}"),
    "arrays in 65": nested(65, "[", "]"),
    "arrays in 100,000": nested(100_000, "[", "]"),
    "objects in 20,000": nested(20_000, '{"a":', "}"),
    "100,000 brackets": "[".repeat(100_000),
    "a literal in capitals": withField('"stream":True'),
    "a number with a plus": withField('"seed":+1'),
    octal: withField('"seed":01'),
  };
  return Object.entries(texts).flatMap(([what, text]) => [
    attack(`a body with ${what}`, { body: text }, 400),
    attack(`a body with ${what}, without a key`, { key: "none", body: text }, 401),
  ]);
}
