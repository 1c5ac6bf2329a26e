import { randomBytes } from "node:crypto";
import { isEmbeddingModel } from "@genai/catalog";
import type { PlatformConfig } from "@genai/platform";
import type { KubernetesClient } from "@genai/sandbox";
import { chatPageName, chatPageSecretKeys, servedNames } from "@genai/services";
import { type Account, PageClient } from "./page-client.ts";
import { onceReachable, shown } from "./proxy-request.ts";
import type { Cluster } from "./smoke.ts";
import { NotExercised, secretValue, type Trial } from "./trial.ts";

type Config = Pick<PlatformConfig, "ui" | "models" | "embeddings" | "prompts">;

/** The ordinary user of the test, who is there only while it runs. */
const testUser = "smoke-test@localhost";

/**
 * Uses the chat page as an ordinary user does: signs in, chooses a model, chats, attaches a document and asks about it. The
 * administrator makes that user with a random password, and removes it again.
 */
export function ofChatPage(
  config: Config,
  { proxy = "" }: Cluster,
  client: KubernetesClient,
  signal?: AbortSignal,
): Trial {
  return {
    service: chatPageName,
    isOf: ({ name, tenant }) => name === chatPageName && tenant !== undefined,
    async attempt({ endpoint = "", namespace }) {
      const page = new PageClient(proxy, endpoint, signal);
      const answer = await onceReachable(() => page.send("/config"), signal);
      if (answer.status !== 200) throw new Error(`it answers ${shown(answer)}`);
      const { version, features } = JSON.parse(answer.body) as {
        version: string;
        features: { enable_signup?: boolean; enable_login_form?: boolean };
      };
      if (features.enable_signup !== false) throw new Error("anybody may sign up");
      if (features.enable_login_form === false) throw new NotExercised("people sign in at their provider alone");
      const secret = { name: chatPageName, key: chatPageSecretKeys.administrator };
      const administrator = await signedIn(page, config, await secretValue(client, namespace, secret));
      const used = await asOrdinaryUser(page, administrator, (user) => use(user, config));
      return `Open WebUI ${version}, sign-up off; an ordinary user ${used}`;
    },
  };
}

async function signedIn(page: PageClient, { ui }: Config, password: string): Promise<PageClient> {
  const answer = await page.send("/v1/auths/signin", { body: { email: ui?.administrator, password } });
  if (answer.status === 200) return page.as(JSON.parse(answer.body) as Account);
  // Open WebUI takes the password of the stack file for its first account alone, whose owner may have chosen another since.
  if (answer.status === 400 && (ui?.storage ?? ui?.database) !== undefined)
    throw new NotExercised("its administrator has another password than the generated one");
  throw new Error(`its administrator cannot sign in: it answers ${shown(answer)}`);
}

async function asOrdinaryUser<Result>(
  page: PageClient,
  administrator: PageClient,
  work: (user: PageClient) => Promise<Result>,
): Promise<Result> {
  const { users: left } = await administrator.ask<{ users: { id: string; email: string }[] }>(
    "its users",
    `/v1/users/search?query=${encodeURIComponent(testUser)}`,
  );
  // Of a run that was killed.
  for (const { id, email } of left) if (email === testUser) await administrator.removeUser(id);
  const password = randomBytes(24).toString("base64url");
  const { id } = await administrator.addUser(testUser, password);
  try {
    const body = { email: testUser, password };
    return await work(page.as(await page.ask<Account>("an ordinary user's sign-in", "/v1/auths/signin", { body })));
  } finally {
    await administrator.removeUser(id);
  }
}

/** What an ordinary user can do, in a few words. @throws {Error} If it does not work. */
async function use(user: PageClient, config: Config): Promise<string> {
  const { own, others } = modelNames(config);
  const listed = await user.models();
  if (listed.length === 0)
    throw new Error("an ordinary user sees no model; the gateway may have refused the page's key");
  const missing = own.filter((name) => !listed.includes(name));
  if (missing.length > 0) throw new Error(`an ordinary user does not see ${missing.join(", ")}`);
  const foreign = listed.filter((name) => others.includes(name));
  if (foreign.length > 0) throw new Error(`an ordinary user sees ${foreign.join(", ")} of another tenant`);
  const [model = ""] = own;
  const said = await user.chat(model, "Are you there?");
  const chatted = `sees ${own.join(", ")}; a chat: ${JSON.stringify(said.slice(0, 60))}`;
  return hasEmbedder(config) ? `${chatted}; ${await askAboutDocument(user, model)}` : chatted;
}

async function askAboutDocument(user: PageClient, model: string): Promise<string> {
  const codeWord = `albatross-${randomBytes(3).toString("hex")}`;
  const question = "What is the code word of the smoke test?";
  const file = await user.attach("smoke-test.txt", `The code word of the smoke test is ${codeWord}.\n`);
  try {
    if (!(await user.find(file, question)).includes(codeWord))
      throw new Error("a document: a search does not find its text");
    const answer = await user.chat(model, question, file);
    return `a document: found${answer.includes(codeWord) ? ", and named in an answer" : ""}`;
  } finally {
    await user.removeFile(file);
  }
}

/** What the page offers, a served model first, and what other tenants have: models, adapters, and prompts without variables. */
function modelNames({ ui, models, prompts }: Config) {
  const of = (isOwn: boolean) => {
    const served = Object.entries(models).filter(([, { tenant }]) => (tenant === ui?.tenant) === isOwn);
    const names = served.flatMap(([name, model]) => servedNames(name, model));
    const asked = Object.entries(prompts).filter(
      ([, { model, variables }]) => names.includes(model) && variables.length === 0,
    );
    return [...names, ...asked.map(([name]) => name)];
  };
  return { own: of(true), others: of(false) };
}

function hasEmbedder({ ui, embeddings }: Config): boolean {
  return Object.values(embeddings).some(({ tenant, model }) => tenant === ui?.tenant && isEmbeddingModel(model));
}
