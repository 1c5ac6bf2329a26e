import { diffArrays } from "diff";
import type { Document } from "yaml";

/**
 * The text of a document after an edit of it; lines that the edit does not touch stay as they are, byte for byte.
 * @param text What `document` was parsed from.
 */
export function edited(text: string, document: Document, edit: () => void): string {
  const before = linesOf(document, text);
  edit();
  const after = linesOf(document, text);
  return before.join("\n") === after.join("\n") ? text : rewritten(text, before, after);
}

/**
 * Carries what differs between two texts of the library's style over to the user's own text, which differs from the first in blanks and
 * empty lines at most; where it differs in more, the library's text is taken as a whole.
 */
function rewritten(text: string, before: readonly string[], after: readonly string[]): string {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const given = text.trimEnd().split(lineEnd);
  const places = placesOf(before, given);
  if (!places) return `${after.join(lineEnd)}${lineEnd}`;
  const lines = given.slice(0, places[0]);
  // Of lines that go, the empty ones after them stay, behind what comes instead.
  let [at, kept] = [0, [] as string[]];
  for (const { added, removed, value } of diffArrays([...before], [...after])) {
    const own = added ? value : given.slice(places[at], places[at + value.length]);
    if (!added) at += value.length;
    if (removed) kept = own.filter((line) => line.trim() === "");
    else lines.push(...(added ? [...own, ...kept.splice(0)] : [...kept.splice(0), ...own]));
  }
  return `${[...lines, ...kept].join(lineEnd)}${lineEnd}`;
}

/** Where each line of one text stands in another with other blanks, and the end; undefined if they differ in more. */
function placesOf(lines: readonly string[], given: readonly string[]): number[] | undefined {
  const squeezed = (all: readonly string[]) =>
    all.map((line, index) => ({ index, text: line.replace(/\s+/g, "") })).filter((line) => line.text !== "");
  const [ours, theirs] = [squeezed(lines), squeezed(given)];
  if (ours.length !== theirs.length || ours.some((line, index) => line.text !== theirs[index]?.text)) return undefined;
  const places = new Map(ours.map((line, index) => [line.index, theirs[index]?.index ?? 0]));
  // An empty line stands where the next other line does.
  let next = given.length;
  const found = [given.length];
  for (let index = lines.length - 1; index >= 0; index -= 1) found.unshift((next = places.get(index) ?? next));
  return found;
}

/** A document in the library's style, with the indentation of the user's text. */
function linesOf(document: Document, text: string): string[] {
  const indent = /^( +)[^ #]/.exec(text.split("\n").find((line) => /^ +[^\s#]/.test(line)) ?? "")?.[1]?.length ?? 2;
  return document.toString({ lineWidth: 0, indent }).trimEnd().split("\n");
}
