import { attack, type Attack, type Mark } from "./attack.ts";
import type { Surface } from "./besieged-gateway.ts";
import { type KeyOwner, ordinaryBody, servedPaths, type RequestParts } from "./request.ts";
import type { Seeded } from "./seeded.ts";
import { modelsOf } from "./tenants.ts";

const healthPaths = ["/health/liveliness", "/health/readiness"];

/** What the gateway answers at a path: anything else is unknown to it, whoever asks. */
export function methodsServed(path: string): readonly string[] {
  if (servedPaths.includes(path)) return ["POST"];
  if (healthPaths.includes(path)) return ["GET"];
  return /^(\/v1)?\/models$/.test(path) ? ["GET"] : [];
}

/** What a target other than a served one is answered; below the list of models a key is asked for first. */
function unknown(target: string, key: KeyOwner = "research"): number[] {
  if (!/^(\/v1)?\/models\//.test(target)) return [404];
  return key === "platform" ? [200, 400, 404, 405] : [400, 401, 404, 405];
}

/** Other spellings of a path; none of them is the path. */
export const respellings: Readonly<Record<string, (path: string, seeded: Seeded) => string>> = {
  "a slash at its end": (path) => `${path}/`,
  "two slashes at its beginning": (path) => `/${path}`,
  "two slashes inside": (path) => path.replace(/(?<=.)\//, "//"),
  "a dot segment": (path) => `/.${path}`,
  "two dots": (path) => `/v1/..${path}`,
  "a path parameter": (path) => `/x/..;${path}`,
  "a path parameter at its end": (path) => `${path}..;/`,
  "a semicolon": (path) => `${path};model=${modelsOf.support.chat}`,
  "upper case": (path) => path.toUpperCase(),
  "one letter in upper case": (path, seeded) => {
    const at = 1 + seeded.below(path.length - 1);
    const changed = path.slice(0, at) + (path[at] ?? "").toUpperCase() + path.slice(at + 1);
    return changed === path ? path.toUpperCase() : changed;
  },
  "a letter percent-encoded": (path, seeded) => {
    const at = 1 + seeded.below(path.length - 1);
    return `${path.slice(0, at)}%${path.charCodeAt(at).toString(16)}${path.slice(at + 1)}`;
  },
  "a slash percent-encoded": (path) => `/${path.slice(1).replace("/", "%2f")}%2f`,
  "percent-encoded twice": (path) => path.replace(/[a-z]$/, (each) => `%25${each.charCodeAt(0).toString(16)}`),
  "a percent-encoded end of text": (path) => `${path}%00`,
  "a percent-encoded line": (path) => `${path}%0d%0a`,
  "a percent-encoded question mark": (path) => `${path}%3fmodel=${modelsOf.support.chat}`,
  "a backslash": (path) => path.replace(/\/(?=[^/]*$)/, "\\"),
  "a letter of full width": (path) =>
    path.replace(/[a-z]$/, (each) => `%ef%bd%${(each.charCodeAt(0) + 0x20).toString(16)}`),
  "another model behind it": (path) => `${path}/${modelsOf.support.chat}`,
  "the absolute form": (path) => `http://gateway${path}`,
  "the absolute form of another host": (path) => `http://user@127.0.0.1:4000${path}`,
};

/** Every route of LiteLLM's own, as it is, and in other spellings, with and without keys. */
export function routeAttacks({ routes }: Surface, mark: Mark, seeded: Seeded): Attack[] {
  const prefixes = ["/v1", "/v2", "/openai", "/anthropic", "/api", "/engines/code", "/team/x", "/cursor"];
  return routes.flatMap(({ path: template, methods }) => {
    const path = template.replace(/\{[^}]*\}/g, modelsOf.support.chat);
    const method = seeded.pick(methods.filter((each) => each !== "HEAD"));
    const tried = (what: string, parts: RequestParts): Attack[] => {
      const request = { method, target: path, ...parts };
      if (methodsServed(request.target.replace(/\?.*/, "")).length > 0) return [];
      const asks = ordinaryBody("/v1/chat/completions", mark(parts.key ?? "research"));
      const body = ["GET", "HEAD"].includes(request.method) ? undefined : { ...asks, model: modelsOf.support.chat };
      return [attack(`${request.method} ${what}`, { ...request, body }, unknown(request.target, parts.key))];
    };
    const [spelling, respell] = seeded.pick(Object.entries(respellings));
    return [
      ...tried(path, {}),
      ...tried(`${path} without a key`, { key: "none" }),
      ...tried(`${path} with nobody's key`, { key: "nobody" }),
      ...tried(`${path} with the platform's key`, { key: "platform" }),
      ...tried(`${path} with a model in its query`, { target: `${path}?model=${modelsOf.support.chat}` }),
      ...tried(path, { method: "HEAD" }),
      ...tried(`${path} with ${spelling}`, { target: respell(path, seeded) }),
      ...tried(`${path} below another`, { target: seeded.pick(prefixes) + path }),
    ];
  });
}
