import { openBrowser, type Browser } from "./browser.ts";

/** Who signs in. */
export interface Account {
  email: string;
  password: string;
}

/** An ordinary user of the page. */
export const user = { name: "Grace", email: "grace@example.com", password: "a-password-of-graces", role: "user" };

/** A document that says what no model knows. */
export const document = {
  name: "holidays.md",
  text: "# Holidays\n\nEmployees of Example Works may take thirty-one days of paid holiday a year.\n",
};

/** What a request was answered. */
export interface Outcome {
  status: number;
  body: string;
}

/** Signs in without a browser. @returns What sends a request as that account. @throws {Error} If it may not. */
export async function session(
  url: string,
  { email, password }: Account,
): Promise<(path: string, data: object) => Promise<Outcome>> {
  const post = async (path: string, data: object, headers = {}): Promise<Outcome> => {
    const all = { "content-type": "application/json", ...headers };
    const response = await fetch(url + path, { method: "POST", headers: all, body: JSON.stringify(data) });
    return { status: response.status, body: await response.text() };
  };
  const { status, body } = await post("/api/v1/auths/signin", { email, password });
  if (status !== 200) throw new Error(`signing in: ${status} ${body}`);
  const { token } = JSON.parse(body) as { token: string };
  return (path, data) => post(path, data, { Authorization: `Bearer ${token}` });
}

/** Makes the account of an ordinary user, as the page's administrator does. */
export async function addUser(url: string, administrator: Account): Promise<void> {
  const ask = await session(url, administrator);
  const { status, body } = await ask("/api/v1/auths/add", user);
  if (status !== 200) throw new Error(`a new user: ${status} ${body}`);
}

/** What is asked about the document. */
export const question = "How many days of holiday are there?";

/** What an ordinary user finds. */
export interface Found {
  /** Names of the models. */
  models: string[];
  /** What the first model answers to "Hello". */
  hello: string;
  /** What it answers about the document. */
  answer: string;
  /** What went wrong on the page. */
  problems: readonly string[];
}

/**
 * What an ordinary user does: signs in, says hello, attaches a document in a new chat, and asks about it.
 * @param run Name of the run, for its screenshots.
 * @param address Where the page is entered.
 * @throws {Error} If the page does not show what comes next.
 */
export async function ordinaryVisit(run: string, address: string): Promise<Found> {
  const visitor = await Visit.begin(run, address);
  try {
    await visitor.signIn(user);
    const models = await visitor.models();
    const hello = await visitor.say("Hello");
    await visitor.newChat();
    await visitor.attach(document);
    const answer = await visitor.say(question);
    return { models, hello, answer, problems: visitor.problems };
  } catch (error) {
    throw new Error([`the page: ${error instanceof Error ? error.message : error}`, ...visitor.problems].join("\n"));
  } finally {
    await visitor.close();
  }
}

/** What somebody does on the page, step by step; each step ends when the page shows its outcome, and leaves a screenshot. */
export class Visit {
  readonly #browser: Browser;
  readonly #address: string;

  private constructor(browser: Browser, address: string) {
    this.#browser = browser;
    this.#address = address;
  }

  /** Opens a new browser. @param run Name of the run, for its screenshots. @param address Where the page is entered. */
  static async begin(run: string, address: string): Promise<Visit> {
    return new Visit(await openBrowser(run, new URL(address).origin), address);
  }

  async signIn({ email, password }: Account): Promise<void> {
    const { page } = this.#browser;
    await page.goto(this.#address);
    await page.getByRole("textbox", { name: "Email" }).fill(email);
    await page.getByRole("textbox", { name: "Password" }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("#chat-input").waitFor();
    await this.#browser.photograph("signed-in");
  }

  /** The models that can be chosen. */
  async models(): Promise<string[]> {
    const { page } = this.#browser;
    await page.locator("#model-selector-model-button").click();
    const options = page.getByRole("option");
    await options.first().waitFor();
    const names = await options.allInnerTexts();
    await this.#browser.photograph("models");
    await page.keyboard.press("Escape");
    return names.map((name) => name.trim());
  }

  async newChat(): Promise<void> {
    const { page } = this.#browser;
    await page.getByRole("link", { name: "New Chat" }).filter({ visible: true }).first().click();
    await page.waitForURL((url) => url.pathname === "/");
  }

  /** Attaches a document by the page's own upload, and waits until it is read. */
  async attach({ name, text }: { name: string; text: string }): Promise<void> {
    const { page } = this.#browser;
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles({ name, mimeType: "text/markdown", buffer: Buffer.from(text) });
    const file = page.getByRole("button", { name });
    await file.waitFor();
    await file.locator("[class^=spinner]").first().waitFor({ state: "detached" });
    await this.#browser.photograph("attached");
  }

  /** Says something, and waits for the answer. @returns Its text. */
  async say(text: string): Promise<string> {
    const { page } = this.#browser;
    const before = await this.#answers().count();
    await page.locator("#chat-input").click();
    await page.keyboard.type(text);
    await page.getByRole("button", { name: "Send message" }).click();
    const answer = this.#answers().nth(before);
    // Shown when an answer is complete, or has failed.
    await answer.getByRole("button", { name: "Regenerate" }).waitFor({ timeout: 60_000 });
    await this.#browser.photograph("answered");
    return answer.innerText();
  }

  /** Shows a picture from another address on the page, as an answer could. @returns The rule that forbids it, or "loaded". */
  async showPicture(url: string): Promise<string> {
    return this.#browser.page.evaluate<string>(`new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
      const picture = new Image();
      picture.onload = () => resolve("loaded");
      picture.src = ${JSON.stringify(url)};
    })`);
  }

  /** What went wrong since the page was opened. */
  get problems(): readonly string[] {
    return this.#browser.problems;
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  #answers() {
    const { page } = this.#browser;
    return page.locator("[id^=message-]").filter({ has: page.locator(".chat-assistant") });
  }
}
