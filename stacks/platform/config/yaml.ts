import type { Problem } from "@genai/core";
import { type Document, parseDocument, type YAMLError } from "yaml";

/** What a text holds, or why it cannot be read. */
export interface ParsedYaml {
  document: Document;
  /** Undefined for an empty file, or one that cannot be read. */
  value?: unknown;
  problems: Problem[];
}

/**
 * Reads the YAML of a stack file as Pulumi does, anchors and merge keys (`<<`) included. Keys are text, tags are none, and a problem
 * names the line and what is wrong there, never what is written: it may be a password that begins with `*` or `!`.
 */
export function parseYaml(text: string): ParsedYaml {
  const document = parseDocument(text, { merge: true, stringKeys: true, logLevel: "error" });
  const problems = [...document.errors, ...document.warnings].map(syntaxProblem);
  if (problems.length > 0) return { document, problems };
  try {
    const value: unknown = document.toJS() ?? undefined;
    JSON.stringify(value);
    return { document, value, problems };
  } catch (error) {
    // An alias (`*name`) that means nothing, unfolds to far too much, or holds itself, which JSON cannot say.
    const message =
      error instanceof ReferenceError && error.message.startsWith("Unresolved")
        ? 'is not YAML: an alias (*…) has no anchor (&…) above it; put a value that begins with "*" into quotes'
        : "cannot be read: its aliases (*…) hold themselves, or unfold to far too much";
    return { document, problems: [{ path: "file", message }] };
  }
}

function syntaxProblem({ code, message, linePos }: YAMLError): Problem {
  return { path: linePos ? `line ${linePos[0].line}` : "file", message: `is not YAML: ${wordsOf(code, message)}` };
}

function wordsOf(code: YAMLError["code"], message: string): string {
  if (code === "TAG_RESOLVE_FAILED") return 'a value has a tag (!…); put one that begins with "!" into quotes';
  if (code === "NON_STRING_KEY") return "a key is no text; put it into quotes";
  // The library's own words, without the excerpt that follows them.
  return (message.split("\n")[0] ?? "").replace(/ at line .*$/, "").replace(/:? "[^"]*"?$/, "");
}
