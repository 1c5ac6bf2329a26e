/** The form of a variable's name, the same as in `edge/litellm/prompt_variants.py`. */
const name = "[a-z][a-zA-Z0-9_]{0,39}";

/** What a variable may be called. */
export const variableName = new RegExp(`^${name}$`);

/** Two braces, and the rest of a variable if it is one. */
const opening = new RegExp(`\\{\\{(?:(?!\\{) *(${name}) *\\}\\}(?!\\}))?`, "g");

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
    variables: [...new Set(found.flatMap(([, variable]) => variable ?? []))],
    malformed: found.filter(([, variable]) => variable === undefined).map(({ index }) => placeIn(text, index)),
  };
}

/** Places where a variable stands in single braces, which would reach the model as they are. */
export function singleBraces(text: string, variables: readonly string[]): { near: string; line: number }[] {
  return [...text.matchAll(/(?<!\{)\{[ ]*(\w+)[ ]*\}/g)]
    .filter(([, variable = ""]) => variables.includes(variable))
    .map(({ index }) => placeIn(text, index));
}

function placeIn(text: string, index: number) {
  const [near = ""] = text.slice(index, index + 20).split("\n");
  return { near, line: text.slice(0, index).split("\n").length };
}
