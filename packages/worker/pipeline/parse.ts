import { convert } from "html-to-text";
import MarkdownIt from "markdown-it";
import { RefusedError } from "../queue/task.ts";
import { maximumDepth, readTags } from "./html.ts";

/** What is left out of a page: it is no part of what the page says. */
const withoutMeaning = ["nav", "header", "footer", "script", "style", "img", "svg", "form"];

const htmlOptions = {
  wordwrap: false as const,
  // How large a document may be its source says; more would be cut off here without a word.
  limits: { maxInputLength: Infinity },
  selectors: [
    ...withoutMeaning.map((selector) => ({ selector, format: "skip" })),
    { selector: "a", options: { ignoreHref: true } },
    // Headings as they are written: capitals would be other tokens.
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/**
 * Markdown as HTML, without addresses: the text leaves them out, and one that many links refer to would be written out for each.
 */
const markdown = new MarkdownIt({ html: true });
markdown.renderer.rules["link_open"] = () => "<a>";
markdown.renderer.rules["image"] = () => "";

/**
 * The text of a document: plain, Markdown or HTML, by the ending of its name and its first characters.
 * @throws {RefusedError} If it is not UTF-8, nests deeper than browsers read, or holds no text.
 */
export function textOf(name: string, content: Buffer): string {
  const raw = decode(content);
  const isHtml = /\.html?$/i.test(name) || /^\s*<(!doctype html|html)\b/i.test(raw);
  const isMarkdown = /\.(md|markdown)$/i.test(name);
  const html = isHtml ? raw : isMarkdown ? markdown.render(raw) : undefined;
  if (html !== undefined && !readTags(html, () => {}))
    throw new RefusedError(`nests more than ${maximumDepth} elements within each other`);
  const text = (html === undefined ? raw : convert(html, htmlOptions)).trim();
  if (text === "") throw new RefusedError("holds no text");
  return text;
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
