import { RefusedError } from "../queue/task.ts";
import { linksOf } from "../pipeline/html.ts";
import { maximumDocumentBytes, type SourceDocument } from "./source.ts";

/** Pages of a site that are read at most. */
const maximumPages = 10_000;

/** Seconds that a page may take. */
const pageSeconds = 30;

/**
 * The pages of a site: that at the address, and all below its directory that links lead to, each once. Other hosts are never asked,
 * whatever a page or a redirect says.
 */
export async function* webDocuments(address: string): AsyncIterable<SourceDocument> {
  const start = new URL(address);
  const base = new URL(".", start).href;
  const waiting = [start.href];
  const seen = new Set(waiting);
  for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
    const page = await fetchPage(url, base);
    if (page === undefined) continue;
    for (const link of linksOf(page.toString("utf8"), url)) {
      if (!link.startsWith(base) || seen.has(link) || seen.size >= maximumPages) continue;
      seen.add(link);
      waiting.push(link);
    }
    const name = url;
    yield { name, read: async () => checked(page) };
  }
}

function checked(page: Buffer): Buffer {
  if (page.length > maximumDocumentBytes) throw new RefusedError(`has more than ${maximumDocumentBytes} bytes`);
  return page;
}

/**
 * A page of text, at most one byte more than is allowed; nothing where there is none.
 * @throws {Error} If the site cannot be reached or fails: a run that goes on would take its pages for removed.
 */
async function fetchPage(url: string, base: string, redirects = 5): Promise<Buffer | undefined> {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(pageSeconds * 1000) });
  const target = response.headers.get("location");
  if (response.status >= 300 && response.status < 400 && target) {
    await response.body?.cancel();
    const next = new URL(target, url).href;
    return next.startsWith(base) && redirects > 0 ? fetchPage(next, base, redirects - 1) : undefined;
  }
  if (response.status >= 500 || response.status === 429) throw new Error(`${url} answered ${response.status}`);
  if (!response.ok || !/^text\/(html|plain|markdown)/.test(response.headers.get("content-type") ?? "")) {
    await response.body?.cancel();
    return undefined;
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(Buffer.from(part));
    size += part.byteLength;
    if (size > maximumDocumentBytes) break;
  }
  return Buffer.concat(parts);
}
