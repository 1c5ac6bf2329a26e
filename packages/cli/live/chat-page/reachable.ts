import { readFileSync } from "node:fs";
import { join } from "node:path";
import { closedVariables } from "@genai/services";
import { execa } from "execa";
import type { OpenWebUi } from "./open-webui.ts";

/** What `outside-addresses.py` finds in Open WebUI. */
interface Found {
  addresses: Record<string, string[]>;
  engines: Record<string, string>;
  variables: Record<string, string>;
  files: Record<string, string[]>;
}

/** What Open WebUI could reach outside the Pod and the gateway. */
interface Outside {
  /** Names of values of its configuration that are such an address. */
  addresses: string[];
  /** Providers and programs that it is set to, by the variable. */
  engines: Record<string, string>;
  /** Variables that would be such an address, were they not set. */
  variables: string[];
  /** Files of its source that name a host. */
  files: string[];
}

/** Directories and files that name hosts, and the variable of the page's settings that keeps them from it; or why they ask nobody. */
const closedBy: readonly [prefix: string, variable: string | { because: string }][] = [
  ["retrieval/web/", "WEB_FETCH_FILTER_LIST"],
  ["retrieval/loaders/external_web.py", "WEB_FETCH_FILTER_LIST"],
  ["retrieval/loaders/", "CONTENT_EXTRACTION_ENGINE"],
  ["retrieval/utils.py", { because: "the default of a parameter that is always given" }],
  ["routers/audio/", "USER_PERMISSIONS_CHAT_STT"],
  ["routers/functions.py", "ENABLE_PLUGINS"],
  ["routers/tools.py", "ENABLE_PLUGINS"],
  ["routers/ollama.py", "ENABLE_OLLAMA_API"],
  ["routers/openai.py", { because: "looks for the provider among the connections" }],
  ["routers/retrieval.py", "ENABLE_WEB_SEARCH"],
  ["main.py", "ENABLE_VERSION_UPDATE_CHECK"],
  ["utils/auth.py", { because: "asks only with a licence's key" }],
  ["utils/headers.py", { because: "headers for other providers" }],
  [
    "utils/misc.py",
    { because: "writes down an address for the browser, which may not load it: CONTENT_SECURITY_POLICY" },
  ],
  ["utils/oauth.py", { because: "asks only GitHub as the provider of sign-on, which has no settings here" }],
  ["utils/skill_files.py", { because: "for administrators, whom the NetworkPolicy stops" }],
  ["utils/webhook.py", "ENABLE_USER_WEBHOOKS"],
];

/** What is known, and closed or harmless. */
export const reviewed: Outside = {
  // A picture in messages to chat programs, and the default of variables that are all set.
  addresses: ["OPENAI_API_BASE_URL", "WEBUI_FAVICON_URL"],
  engines: {
    AUDIO_REALTIME_PROVIDER: "openai",
    CODE_EXECUTION_ENGINE: "pyodide",
    CODE_INTERPRETER_ENGINE: "pyodide",
    IMAGE_EDIT_ENGINE: "openai",
    IMAGE_GENERATION_ENGINE: "openai",
    RAG_EMBEDDING_ENGINE: "openai",
    STORAGE_PROVIDER: "local",
    VECTOR_DB: "chroma",
  },
  variables: [],
  files: [],
};

/** Looks through the configuration and the source of Open WebUI, with its own Python. @param gateway Host and port of the gateway. */
export async function outsideOf(openWebUi: OpenWebUi, gateway: string, directory: string): Promise<Outside> {
  const environment = await openWebUi.environment();
  const [program, ...options] = (await openWebUi.image()).command("python3");
  const answer = join(directory, "found.json");
  await execa(program, [...options, join(import.meta.dirname, "outside-addresses.py"), answer], {
    env: { ...environment, DATA_DIR: directory, STATIC_DIR: join(directory, "static") },
    extendEnv: false,
  });
  const { addresses, engines, variables, files } = JSON.parse(readFileSync(answer, "utf8")) as Found;
  const closed = closedVariables();
  const isOutside = (address: string) => !inside(address, gateway);
  return {
    addresses: names(addresses).filter((name) => addresses[name]?.some(isOutside)),
    engines: Object.fromEntries(
      names(engines).flatMap((name) => (/^[A-Z]/.test(name) ? [[name, engines[name] ?? ""]] : [])),
    ),
    variables: names(variables).filter((name) => isOutside(variables[name] ?? "") && !(name in environment)),
    files: names(files).filter((name) => {
      const [, by] = closedBy.find(([prefix]) => name.startsWith(prefix)) ?? [];
      return by === undefined || (typeof by === "string" && !(by in closed));
    }),
  };
}

/** In the Pod, at the gateway, or nowhere. */
function inside(address: string, gateway: string): boolean {
  const { host, hostname } = new URL(address);
  return host === gateway || hostname === "localhost" || hostname.endsWith(".invalid");
}

function names(values: object): string[] {
  return Object.keys(values).toSorted();
}
