import * as pulumi from "@pulumi/pulumi";

/** One thing that is wrong with an input. */
export interface Problem {
  /** Where, as a path in the stack file: `genai:models.chat.gpu`. */
  path: string;
  /** What was given, the rule, and the fix; never a secret's value. */
  message: string;
}

/** Collects every bad input, so that a user sees all of them at once. */
export class Problems {
  readonly #found: Problem[] = [];

  add(path: string, message: string): void {
    this.#found.push({ path, message });
  }

  get found(): readonly Problem[] {
    return this.#found;
  }

  /**
   * Throws if anything was added.
   * @throws {pulumi.InputPropertiesError} One error with a property path each; the engine prints it without a stack trace.
   */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    throw new pulumi.InputPropertiesError({
      message: problemsText(this.#found),
      errors: this.#found.map(({ path, message }) => ({ propertyPath: path, reason: message })),
    });
  }
}

/** @throws {pulumi.InputPropertiesError} With all of `problems`, if there are any. */
export function throwProblems(problems: readonly Problem[]): void {
  const collected = new Problems();
  for (const { path, message } of problems) collected.add(path, message);
  collected.throwIfAny();
}

/** The problems as text, one a line: `<path>: <message>`. */
export function problemsText(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${count}:`, ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join("\n");
}
