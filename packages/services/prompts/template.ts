/** What a variable is called; the form is the same in `litellm/prompt_variants.py`. */
export const variableName = /^[a-z][a-zA-Z0-9_]{0,39}$/;

/** Two braces, and the rest of a variable if it is one. */
const opening = /\{\{(?:(?!\{)[ ]*([a-z][a-zA-Z0-9_]{0,39})[ ]*\}\}(?!\}))?/g;

/** What braces in a text say. */
export interface Template {
  /** Variables, each once, in the order of the text. */
  variables: string[];
  /** Places where two braces begin no variable: the text from there, and the line, counted from 1. */
  malformed: { near: string; line: number }[];
}

/** Reads a text with variables. Single braces are text, so that examples in JSON are. */
export function readTemplate(text: string): Template {
  const found = [...text.matchAll(opening)];
  return {
    variables: [...new Set(found.flatMap(([, name]) => name ?? []))],
    malformed: found.filter(([, name]) => name === undefined).map(({ index }) => placeIn(text, index)),
  };
}

/** Places where a variable stands in single braces, which would reach the model as they are. */
export function singleBraces(text: string, variables: readonly string[]): { near: string; line: number }[] {
  return [...text.matchAll(/(?<!\{)\{[ ]*(\w+)[ ]*\}/g)]
    .filter(([, name = ""]) => variables.includes(name))
    .map(({ index }) => placeIn(text, index));
}

function placeIn(text: string, index: number) {
  const [near = ""] = text.slice(index, index + 20).split("\n");
  return { near, line: text.slice(0, index).split("\n").length };
}
