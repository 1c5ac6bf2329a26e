import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { root } from "../../workspace.ts";
import { findChromium } from "./chromium.ts";

/** Where screenshots of a run are kept; ignored by git. */
const screenshots = join(root, ".genai", "screenshots");

/** Chromium asks nobody but the page: its own services are off. As root it has no sandbox. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Says in the console what the page says in a red or yellow box, which is gone after some seconds. */
const tellErrors = `
  new MutationObserver(() => {
    for (const toast of document.querySelectorAll("[data-sonner-toast]:not([data-told])")) {
      if (!["error", "warning"].includes(toast.dataset.type)) continue;
      toast.setAttribute("data-told", "");
      console.error("shown:", toast.innerText);
    }
  }).observe(document, { childList: true, subtree: true });
`;

/** A window of a browser that writes down what goes wrong in it. */
export interface Browser {
  page: Page;
  /** Errors of the page, in its red and yellow boxes and its console, requests that failed, and requests to anybody else. */
  problems: string[];
  /** Keeps a picture of what is seen, as `<run>-<number>-<name>.png`. */
  photograph(name: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a browser without a history.
 * @param run Name of the run, for its screenshots.
 * @param origin The page's address: a request to another is a problem.
 */
export async function openBrowser(run: string, origin: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "genai-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await findChromium(),
    headless: true,
    args: flags,
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(20_000);
  await page.addInitScript({ content: tellErrors });
  const problems: string[] = [];
  const note = (problem: string) => void problems.push(problem.slice(0, 500));
  page.on("pageerror", (error) => note(`error on the page: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") note(`error in the console: ${message.text()} ${message.location().url}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.origin !== origin) note(`request to ${url.href}`);
  });
  page.on("requestfailed", (request) => note(`failed request: ${request.url()} ${request.failure()?.errorText}`));
  page.on("response", (response) => {
    if (response.status() >= 400) note(`${response.status()} for ${response.request().method()} ${response.url()}`);
  });
  mkdirSync(screenshots, { recursive: true });
  let taken = 0;
  return {
    page,
    problems,
    photograph: async (name) => {
      const number = String(++taken).padStart(2, "0");
      await page.screenshot({ path: join(screenshots, `${run}-${number}-${name}.png`) });
    },
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
