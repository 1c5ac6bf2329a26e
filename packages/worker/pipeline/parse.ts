import { convert } from "html-to-text";
import { marked } from "marked";
import { RefusedError } from "../queue/task.ts";

/** What is left out of a page: it is no part of what the page says. */
const withoutMeaning = ["nav", "header", "footer", "script", "style", "img", "svg", "form"];

const htmlOptions = {
  wordwrap: false as const,
  selectors: [
    ...withoutMeaning.map((selector) => ({ selector, format: "skip" })),
    { selector: "a", options: { ignoreHref: true } },
    // Headings as they are written: capitals would be other tokens.
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/**
 * The text of a document: plain, Markdown or HTML, by the ending of its name and its first characters.
 * @throws {RefusedError} If it is not UTF-8, or holds no text.
 */
export function textOf(name: string, content: Buffer): string {
  const raw = decode(content);
  const isHtml = /\.html?$/i.test(name) || /^\s*<(!doctype html|html)\b/i.test(raw);
  const isMarkdown = /\.(md|markdown)$/i.test(name);
  const html = isHtml ? raw : isMarkdown ? marked.parse(raw, { async: false }) : undefined;
  const text = (html === undefined ? raw : convert(html, htmlOptions)).trim();
  if (text === "") throw new RefusedError("holds no text");
  return text;
}

/** Addresses that the links of a page lead to, without their fragments. */
export function linksOf(html: string, pageAddress: string): string[] {
  return [...html.matchAll(/<a\s[^>]*?href\s*=\s*["']([^"'#]+)/gi)].flatMap(([, target = ""]) => {
    const url = URL.parse(target.replaceAll("&amp;", "&"), pageAddress);
    return url && /^https?:$/.test(url.protocol) ? [url.href] : [];
  });
}

function decode(content: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw new RefusedError("is not UTF-8 text");
  }
  if (text.includes("\0")) throw new RefusedError("holds zero bytes, as no text does");
  return text;
}
