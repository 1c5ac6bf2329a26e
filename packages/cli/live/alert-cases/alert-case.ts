/**
 * How an alert behaves on a line of time: the series of its sources, and a moment at which it must not fire yet, one at which it must,
 * and one at which it must not any more.
 */
export interface AlertCase {
  /** Series in promtool's notation, by their selectors; one value a minute. */
  series: Readonly<Record<string, string>>;
  /** Other series by which it must go through the same. @default none */
  otherSeries?: Readonly<Record<string, string>>;
  /** Minutes from the start: quiet, firing, quiet again. `never` for the dead-man's switch, which never resolves. */
  at: { quiet: number | "never"; firing: number; resolved: number | "never" };
  /** Labels of the alert that fires, beside its severity. */
  labels: Readonly<Record<string, string>>;
}

/** Alert cases by the alert's name. */
export type AlertCases = Readonly<Record<string, AlertCase>>;

/** Values of a gauge or counter, minute by minute: `[value, minutes]` each, in promtool's notation. */
export function values(...parts: readonly (readonly [value: number, minutes: number])[]): string {
  return parts.map(([value, minutes]) => `${value}x${minutes - 1}`).join(" ");
}

/** A counter that grows by so much a minute: `[growth, minutes]` each. */
export function growing(...parts: readonly (readonly [growth: number, minutes: number])[]): string {
  let value = 0;
  const samples = parts.flatMap(([growth, minutes]) => Array.from({ length: minutes }, () => (value += growth)));
  return samples.join(" ");
}
