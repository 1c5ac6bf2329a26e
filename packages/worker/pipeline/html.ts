import { Parser } from "htmlparser2";

/**
 * Elements within each other that a page may have, as many as browsers take. Parsers look for the element that an end tag closes among
 * all that are open, so that without a bound a page of a megabyte takes minutes.
 */
export const maximumDepth = 512;

/** Characters of an address that is followed: of longer ones, resolving all of a page's links would take as long as they are together. */
const maximumAddress = 2048;

/**
 * Reads a page tag by tag, in time that grows with its length, as far as it nests no deeper than `maximumDepth`.
 * @returns Whether that was to its end.
 */
export function readTags(html: string, onOpen: (name: string, attributes: Record<string, string>) => void): boolean {
  let depth = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      onOpen(name, attributes);
      depth++;
      if (depth > maximumDepth) parser.pause();
    },
    onclosetag() {
      depth--;
    },
  });
  parser.write(html);
  if (depth > maximumDepth) return false;
  parser.end();
  return true;
}

/** Addresses of the web that the links of a page lead to, each once, without their fragments. */
export function linksOf(html: string, pageAddress: string): string[] {
  const targets = new Set<string>();
  readTags(html, (name, { href }) => {
    if (name === "a" && href !== undefined && href.length <= maximumAddress) targets.add(href);
  });
  const links = new Set<string>();
  for (const target of targets) {
    const url = URL.parse(target, pageAddress);
    if (!url || !/^https?:$/.test(url.protocol)) continue;
    url.hash = "";
    if (url.href.length <= maximumAddress) links.add(url.href);
  }
  return [...links];
}
