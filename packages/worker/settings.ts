/** A setting that is missing or wrong; its message names the variable and never its value, which may be a secret. */
export class SettingError extends Error {
  override name = "SettingError";
}

/** Environment variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The value of a variable.
 * @throws {SettingError} If it is missing or empty, and there is no default.
 */
export function textSetting(environment: Environment, name: string, otherwise?: string): string {
  const value = environment[name] || otherwise;
  if (value === undefined) throw new SettingError(`${name} is missing; set it in the container's environment`);
  return value;
}

/**
 * The value of a variable as a whole number of at least 1.
 * @throws {SettingError} If it is anything else, or missing without a default.
 */
export function countSetting(environment: Environment, name: string, otherwise?: number): number {
  const value = Number(textSetting(environment, name, otherwise === undefined ? undefined : String(otherwise)));
  if (!Number.isSafeInteger(value) || value < 1) throw new SettingError(`${name} must be a whole number of at least 1`);
  return value;
}
