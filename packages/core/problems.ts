import * as pulumi from "@pulumi/pulumi";

/** One thing that is wrong with an input. */
export interface Problem {
  /** Where, as a path in the stack file: `genai:models.chat.gpu`. */
  path: string;
  /** What was given, the rule, and the fix; never a secret's value. */
  message: string;
}

/**
 * Throws everything that is wrong, so that a user sees all of it at once.
 * @throws {pulumi.InputPropertiesError} One error with a property path each, if there are problems; the engine prints it without a
 *   stack trace.
 */
export function throwProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new pulumi.InputPropertiesError({
    message: problemsText(problems),
    errors: problems.map(({ path, message }) => ({ propertyPath: path, reason: message })),
  });
}

/** The problems as text, one a line: `<path>: <message>`. */
export function problemsText(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${count}:`, ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join("\n");
}
