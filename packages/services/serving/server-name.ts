import { isServiceName } from "@genai/core";

/** Longest name of a server: its objects add a suffix of up to 16 characters to it. */
export const longestServerName = 47;

/**
 * Why a server cannot have a name; undefined if it can.
 * @param example A name that would do.
 */
export function serverNameProblem(name: string, example: string): string | undefined {
  if (name === "default")
    return `"default" is the name of every namespace's own ServiceAccount; use another, such as "${example}"`;
  if (isServiceName(name) && name.length <= longestServerName) return undefined;
  return `"${name}" cannot name a Service; use at most ${longestServerName} lower-case letters, digits and "-", beginning with a letter, such as "${example}"`;
}
