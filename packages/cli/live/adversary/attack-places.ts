import { attack, type Attack, type Mark } from "./attack.ts";
import { respellings } from "./attack-routes.ts";
import type { Surface } from "./besieged-gateway.ts";
import { keys, ordinaryBody, servedPaths, type Header } from "./request.ts";
import type { Seeded } from "./seeded.ts";
import { modelsOf } from "./tenants.ts";

const { chat: code } = modelsOf.support;

// The empty one says nothing, and uvicorn takes it away before anything of the gateway's sees it.
const queries = [
  "x",
  `model=${code}`,
  "model=%63ode",
  `model=chat&model=${code}`,
  `model[]=${code}`,
  `MODEL=${code}`,
  `key=${keys.research}`,
  `api_key=${keys.support}`,
  "api_base=http%3A%2F%2F127.0.0.1",
  "api-version=1",
  "custom_llm_provider=openai",
  "timeout=0.001",
  "#",
  "?",
  "%00",
];

/** Another tenant's model, or a setting, in the query of a served path, or in another spelling of it. */
export function targetAttacks(mark: Mark, seeded: Seeded): Attack[] {
  return servedPaths.flatMap((path) => {
    const own = () => ordinaryBody(path, mark("research"));
    return [
      ...queries.flatMap((query) => {
        const target = `${path}?${query}`;
        const anonymous = ordinaryBody(path, mark("none"));
        return [
          attack(`the query ${query}`, { target, body: own() }, query ? 400 : [200, 400]),
          attack(`the query ${query} without a key`, { target, key: "none", body: anonymous }, [400, 401]),
        ];
      }),
      ...Object.entries(respellings).flatMap(([spelling, respell]) => {
        const target = respell(path, seeded);
        if (servedPaths.includes(target)) return [];
        const anonymous = ordinaryBody(path, mark("none"));
        return [
          attack(`${path} with ${spelling}`, { target, body: own() }, 404),
          attack(`${path} with ${spelling}, without a key`, { target, key: "none", body: anonymous }, 404),
        ];
      }),
      ...["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "post", "POSTS"].map(
        (method) => attack(`${method} ${path}`, { method, target: path, body: own() }, 405),
      ),
      ...(["none", "nobody"] as const).map((key) =>
        attack(`${path} with ${key}'s key`, { target: path, key, body: ordinaryBody(path, mark(key)) }, 401),
      ),
      attack(
        `${path} with the neighbour's key`,
        { target: path, key: "support", body: ordinaryBody(path, mark("support")) },
        404,
        { says: "model_not_found" },
      ),
    ];
  });
}

/** Ways to name a key other than the one that counts. */
export function keyAttacks(mark: Mark): Attack[] {
  const body = () => ordinaryBody("/v1/chat/completions", mark("none"));
  const bearer = `Bearer ${keys.research}`;
  const instead: [name: string, value: string][] = [
    ...["x-api-key", "api-key", "x-goog-api-key", "ocp-apim-subscription-key", "x-litellm-api-key", "azure-api-key"]
      .flatMap((name): Header[] => [
        [name, keys.research],
        [name, bearer],
      ])
      .map(([name, value]): [string, string] => [name, value]),
    ["Cookie", `token=${keys.research}`],
    ["Proxy-Authorization", bearer],
    ["X-Authorization", bearer],
    ["Authorization", keys.research],
    ["Authorization", `Basic ${Buffer.from(`user:${keys.research}`).toString("base64")}`],
    ["Authorization", `Token ${keys.research}`],
    ["Authorization", `Bearer  ${keys.research} ${keys.support}`],
    ["Authorization", `Bearer ${keys.research},Bearer ${keys.support}`],
    ["Authorization", "Bearer "],
    ["Authorization", "Bearer"],
    ["Authorization", ""],
    ["Authorization", `Bearer ${keys.research.slice(0, -1)}`],
    ["Authorization", `Bearer ${keys.research}x`],
    ["Authorization", `Bearer ${keys.research.toUpperCase()}`],
    ["Authorization", `Bearer ${"x".repeat(20_000)}`],
  ];
  return [
    ...instead.map(([name, value]) =>
      attack(
        `${name}: ${value.slice(0, 60)}`,
        { key: "none", headers: [[name, value]], body: body() },
        [400, 401, 431],
      ),
    ),
    ...[bearer, `Bearer ${keys.nobody}`, `Bearer ${keys.support}`].flatMap((second) => [
      attack("two keys", { headers: [["Authorization", second]], body: body() }, 401),
      attack("two keys", { key: "nobody", headers: [["authorization", second]], body: body() }, 401),
    ]),
  ];
}

/** A header that LiteLLM reads as a setting: dropped, and the request answered as ever. */
export function headerAttacks({ headers }: Surface, mark: Mark, seeded: Seeded): Attack[] {
  const values = [code, "0.001", `{"model":"${code}"}`, "true", keys.support, "http://127.0.0.1:1/", "no-cache"];
  const others = [
    "Forwarded",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-HTTP-Method-Override",
    "X-Forwarded-Prefix",
    "Cookie",
  ];
  const names = [...headers.filter((name) => name !== "x-litellm-session-id"), ...others];
  return names.map((name) => {
    const path = seeded.pick(servedPaths);
    const header = [name, seeded.pick(values)] as const;
    return attack(
      header.join(": "),
      { target: path, headers: [header], body: ordinaryBody(path, mark("research")) },
      200,
    );
  });
}

/** Bodies that say they are something else. */
export function contentAttacks(mark: Mark): Attack[] {
  const boundary = "b0undary";
  const parts = (fields: Record<string, string>) =>
    Object.entries(fields)
      .map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join("");
  return servedPaths.flatMap((target) => {
    const own = () => ordinaryBody(target, mark("research"));
    const form = `${parts({ model: "chat", messages: "[]" })}${parts({ model: code })}--${boundary}--\r\n`;
    const refused = (contentType: string, body: string | object) =>
      attack(`a body of ${contentType}`, { target, contentType, body }, 415);
    const withHeader = (header: Header, expected: number | number[]) =>
      attack(header.join(": "), { target, headers: [header], body: own() }, expected);
    return [
      refused(`multipart/form-data; boundary=${boundary}`, form),
      refused("application/x-www-form-urlencoded", `model=${code}&prompt=${mark("research")}`),
      refused("text/plain", own()),
      refused("application/json; charset=utf-16", own()),
      refused("application/json, text/plain", own()),
      refused("application/jsonx", own()),
      refused("text/json", own()),
      refused("application/vnd.api+json", own()),
      refused("", own()),
      ...["gzip", "deflate", "br", "zstd", "gzip, identity", "x"].map((coding) =>
        withHeader(["Content-Encoding", coding], 415),
      ),
      withHeader(["Content-Type", "text/plain"], [400, 415]),
      withHeader(["Expect", "100-continue"], 200),
    ];
  });
}
