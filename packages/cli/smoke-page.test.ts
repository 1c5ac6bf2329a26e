import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { PlatformConfig } from "@genai/platform";
import type { KubernetesClient } from "@genai/sandbox";
import { assert, temporaryDirectory } from "@genai/testing";
import { listenAsProxy } from "./proxy-example.ts";
import { ofChatPage } from "./smoke-page.ts";
import { NotExercised } from "./trial.ts";

const administratorPassword = "generated-password";
const client = {
  request: async () => ({ data: { "administrator-password": Buffer.from(administratorPassword).toString("base64") } }),
} as unknown as KubernetesClient;

const configOf = (ui: object = {}) =>
  ({
    ui: { tenant: "research", administrator: "ada@example.com", ...ui },
    models: { chat: { tenant: "research" }, code: { tenant: "support" } },
    prompts: { assistant: { model: "chat", variables: [] }, letter: { model: "chat", variables: ["name"] } },
    embeddings: { documents: { tenant: "research", model: "BAAI/bge-small-en-v1.5" } },
  }) as unknown as PlatformConfig;

/** How the page behaves. */
interface Behaviour {
  features: object;
  models: string[];
  /** What of a document a search finds. */
  finds: boolean;
  /** Whether the administrator has another password than the generated one. */
  otherPassword: boolean;
}

/** A page as Open WebUI answers, as strict as it about who is signed in. */
function startPage(behaviour: Behaviour) {
  const users = new Map<string, { email: string; password: string; role: string }>([
    ["1", { email: "ada@example.com", password: behaviour.otherPassword ? "x" : administratorPassword, role: "admin" }],
  ]);
  const files = new Map<string, string>();
  const made: string[] = [];
  const passwords: string[] = [];
  let last = 1;
  async function answer(request: IncomingMessage): Promise<[number, object]> {
    const { pathname, searchParams } = new URL(request.url ?? "");
    const path = pathname.replace(/^\/api/, "");
    const body = await text(request);
    if (path === "/config") return [200, { version: "0.12.4", features: behaviour.features }];
    if (path === "/v1/auths/signin") {
      const { email, password } = JSON.parse(body) as { email: string; password: string };
      const found = [...users].find(([, user]) => user.email === email && user.password === password);
      return found ? [200, { id: found[0], token: `token-${found[0]}` }] : [400, { detail: "invalid" }];
    }
    const user = users.get(/^Bearer token-(\d+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "");
    if (!user) return [401, {}];
    const administers = user.role === "admin";
    const [, id = ""] = /^\/v1\/(?:users|files)\/(\w+)/.exec(path) ?? [];
    if (path === "/v1/users/search") {
      const query = searchParams.get("query") ?? "";
      const found = [...users]
        .filter(([, { email }]) => email.includes(query))
        .map(([key, { email }]) => ({ id: key, email }));
      return [200, { users: found }];
    }
    if (path === "/v1/auths/add" && administers) {
      const added = JSON.parse(body) as { email: string; password: string; role: string };
      if ([...users.values()].some(({ email }) => email === added.email)) return [400, { detail: "taken" }];
      users.set(String(++last), added);
      made.push(added.role);
      passwords.push(added.password);
      return [200, { id: String(last), token: "of the new user" }];
    }
    if (path.startsWith("/v1/users/") && request.method === "DELETE" && administers) return [200, [users.delete(id)]];
    if (administers) return [403, {}];
    if (path === "/models") return [200, { data: behaviour.models.map((model) => ({ id: model })) }];
    if (path === "/chat/completions") {
      const {
        model,
        messages,
        files: attached = [],
      } = JSON.parse(body) as {
        model: string;
        messages: { content: string }[];
        files?: { id: string }[];
      };
      if (!behaviour.models.includes(model)) return [400, { detail: "Model not found" }];
      const content = [...attached.map((file) => files.get(file.id)), messages[0]?.content].join(" ");
      return [200, { choices: [{ message: { content } }] }];
    }
    if (path === "/v1/files/" && searchParams.get("process_in_background") === "false") {
      files.set("f1", body);
      return [200, { id: "f1" }];
    }
    if (path.endsWith("/process/status")) return [200, { status: "completed" }];
    if (path === "/v1/retrieval/query/collection")
      return [200, { documents: [[behaviour.finds ? files.get("f1") : "something else"]] }];
    if (path.startsWith("/v1/files/") && request.method === "DELETE") return [200, [files.delete(id)]];
    return [404, {}];
  }
  const server = createServer((request, response) => {
    void answer(request).then(([status, said]) => response.writeHead(status).end(JSON.stringify(said)));
  });
  return { server, users, files, made, passwords };
}

describe("the smoke test of the chat page", () => {
  const good: Behaviour = {
    features: { enable_signup: false, enable_login_form: true },
    models: ["chat", "assistant", "documents"],
    finds: true,
    otherPassword: false,
  };

  async function attempt(changes: Partial<Behaviour> = {}, ui: object = {}, left = false) {
    const page = startPage({ ...good, ...changes });
    if (left)
      page.users.set("7", { email: "smoke-test@localhost", password: "of a run that was killed", role: "user" });
    const proxy = await listenAsProxy(page.server, temporaryDirectory("proxy"));
    const trial = ofChatPage(configOf(ui), { proxy, kubeconfig: "" }, client);
    const workload = { endpoint: "http://chat-page:8080", namespace: "tenant-research" } as Parameters<
      typeof trial.attempt
    >[0];
    const outcome = await trial.attempt(workload).catch((error: Error) => error);
    page.server.close();
    // Whatever happened, nothing of it stays.
    assert.deepEqual([[...page.users.keys()], [...page.files.keys()]], [["1"], []]);
    return { outcome, said: outcome instanceof Error ? outcome.message : outcome, ...page };
  }

  it("is an ordinary user's, who chooses a model, chats, and asks about a document", async () => {
    const { said, made, passwords } = await attempt();
    assert.equal(
      said.replace(/albatross-\w+/, "…"),
      'Open WebUI 0.12.4, sign-up off; an ordinary user sees chat, assistant; a chat: "Are you there?"; a document: found, and named in an answer',
    );
    assert.deepEqual(made, ["user"]);
    assert.match(passwords[0] ?? "", /^[\w-]{32}$/);
    assert.notEqual((await attempt()).passwords[0], passwords[0]);
  });

  it("removes the user of a run that was killed", async () => {
    assert.match((await attempt({}, {}, true)).said, /an ordinary user sees chat/);
  });

  it("fails where an ordinary user sees no model, not all, or another tenant's", async () => {
    assert.match((await attempt({ models: [] })).said, /sees no model; the gateway may have refused the page's key/);
    assert.match((await attempt({ models: ["chat"] })).said, /does not see assistant/);
    assert.match((await attempt({ models: ["chat", "assistant", "code"] })).said, /sees code of another tenant/);
  });

  it("fails where a document is not found again, or anybody may sign up", async () => {
    assert.match((await attempt({ finds: false })).said, /a search does not find its text/);
    assert.match((await attempt({ features: { enable_signup: true } })).said, /anybody may sign up/);
    assert.match((await attempt({ features: {} })).said, /anybody may sign up/);
  });

  it("is not exercised where people sign in elsewhere, or the administrator chose a password and it is kept", async () => {
    const elsewhere = await attempt({ features: { enable_signup: false, enable_login_form: false } });
    assert.ok(elsewhere.outcome instanceof NotExercised, elsewhere.said);
    const kept = await attempt({ otherPassword: true }, { storage: "1Gi" });
    assert.ok(kept.outcome instanceof NotExercised, kept.said);
    const lost = await attempt({ otherPassword: true });
    assert.ok(!(lost.outcome instanceof NotExercised));
    assert.match(lost.said, /its administrator cannot sign in: it answers 400/);
  });
});
