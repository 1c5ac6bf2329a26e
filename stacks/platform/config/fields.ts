import { isDnsLabel, isQuantity, largestQuantity, milliUnits } from "@genai/core";
import { Cron } from "croner";
import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { mayBeSecret } from "./secrets.ts";

/**
 * The building blocks of the stack file's schema. Each says what was given, what is allowed, and an example; none repeats a value
 * longer than 60 characters.
 */

/** A map with exactly the keys of `shape`; an unknown key is answered with the nearest known one. */
export function strictMap<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  // For unknown keys the message carries the known ones; `problemsOf` makes one problem per key of it.
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? keys : badMap(issue.input, `a map with the keys ${keys}`)),
  });
}

/** A map from free names to values of one kind. */
export function mapOf<Value extends z.ZodType>(value: Value, what: string) {
  return z.record(z.string(), value, { error: (issue) => badMap(issue.input, `a map from ${what}`) });
}

/** A list that is not empty. */
export function listOf<Item extends z.ZodType>(item: Item, what: string) {
  const error = (issue: { input?: unknown }) => badValue(issue.input, `a list of at least one ${what}`);
  return z.array(item, { error }).min(1, { error });
}

/** A whole number from `minimum` to `maximum`. */
export function wholeNumber(minimum: number, maximum?: number) {
  const range = maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  const error = (issue: { input?: unknown }) => badValue(issue.input, `a whole number ${range}`);
  const inRange = (value: number) => Number.isSafeInteger(value) && value >= minimum && value <= (maximum ?? value);
  const limits = maximum === undefined ? { minimum } : { minimum, maximum };
  return z
    .number({ error })
    .refine(inRange, { error })
    .meta({ type: "integer", ...limits });
}

/** A number above zero, whole or not, and at most `maximum`. */
export function positiveNumber(what: string, maximum: number, example: string) {
  const rule = `a number of ${what} above 0 and at most ${maximum}, such as ${example}`;
  const error = (issue: { input?: unknown }) => badValue(issue.input, rule);
  return z
    .number({ error })
    .refine((value) => value > 0 && value <= maximum, { error })
    .meta({ exclusiveMinimum: 0, maximum, rule });
}

/** A switch. */
export function yesOrNo() {
  return z.boolean({ error: (issue) => badValue(issue.input, "true or false") });
}

/** One of these words. @param rule What to say where they are too many to list. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
  rule = `one of ${words.join(", ")}`,
) {
  return z
    .enum(words, {
      error: ({ input }) => badValue(input, rule) + (typeof input === "string" ? didYouMean(input, words) : ""),
    })
    .meta({ rule });
}

/** Text that passes a check. @param rule What it must be, in words. */
function checkedText(rule: string, check: (value: string) => boolean, limits: object = {}) {
  const error = (issue: { input?: unknown }) => badValue(issue.input, rule) + quoteHint(issue.input);
  return z
    .string({ error })
    .refine(check, { error })
    .meta({ rule, ...limits });
}

/** Free text that is not empty. */
export function text(what: string) {
  return checkedText(what, (value) => value.trim() !== "");
}

/** Text of a given form. */
export function textLike(form: RegExp, what: string) {
  return checkedText(what, (value) => form.test(value), { pattern: form.source });
}

/** What to do about YAML that reads a name of digits as a number, and "yes" of another tool as true. */
function quoteHint(input: unknown): string {
  return typeof input === "number" || typeof input === "boolean" ? "; put it in quotes" : "";
}

/** A host name with at least one dot. */
export function hostName() {
  const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  return textLike(new RegExp(`^(?=.{1,253}$)${label}(\\.${label})+$`), "a host name such as chat.example.com");
}

/** A network by its CIDR. */
export function network() {
  const isNetwork = (value: string) => z.union([z.cidrv4(), z.cidrv6()]).safeParse(value).success;
  return checkedText("a network such as 203.0.113.0/24", isNetwork);
}

/** The key of a label or a taint. */
export const labelKey =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/** A positive Kubernetes quantity; a plain YAML number is taken as its text. */
export function quantity(what: string, example: string) {
  const positive = checkedText(
    `a positive quantity of ${what} such as ${example}`,
    (value) => isQuantity(value) && isPositive(milliUnits(value)),
  );
  return z
    .preprocess((value) => (typeof value === "number" ? String(value) : value), positive)
    .meta({ type: ["string", "number"], rule: `a positive quantity of ${what} such as ${example}` });
}

function isPositive(amount: bigint): boolean {
  return amount > 0n && amount <= largestQuantity;
}

/** The name of something of ours that becomes part of Kubernetes names. */
export function dnsName(what: string) {
  return checkedText(nameRule(what), isDnsLabel, { pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", maxLength: 63 });
}

/** The rule that names obey, in words. */
export function nameRule(what: string, maximum = 63): string {
  return `${what} of lower-case letters, digits and "-", at most ${maximum} characters, with a letter or digit at both ends`;
}

/** What is named but not there, what is, and what may have been meant. */
export function absent(given: string, what: string, known: readonly string[]): string {
  return `${shown(given)} is no ${what}; there is ${known.join(", ") || "none"}${didYouMean(given, known)}`;
}

/** Five fields of digits, names, `*`, `,`, `-` and `/`: what Kubernetes' CronJob reads, which is less than cron libraries do. */
const cronForm = /^(@(hourly|daily|midnight|weekly|monthly|yearly|annually)|[\dA-Za-z*,/-]+( +[\dA-Za-z*,/-]+){4})$/;

/** When something runs, as a Kubernetes CronJob reads it. */
export function cronExpression() {
  const rule =
    'minute, hour, day, month and weekday, such as "0 3 * * *", or a macro such as @daily, at a time that comes';
  return checkedText(rule, isCron);
}

function isCron(value: string): boolean {
  if (!cronForm.test(value)) return false;
  try {
    return new Cron(value, { paused: true, mode: "5-part" }).nextRun() !== null;
  } catch {
    return false;
  }
}

/** The name of a time zone. */
export function timeZone() {
  return checkedText("a time zone such as Europe/Paris", isTimeZone);
}

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

/** What was given and the rule it breaks. */
export function badValue(input: unknown, rule: string): string {
  return input === undefined ? `is missing; must be ${rule}` : `${shown(input)} given; must be ${rule}`;
}

/** The same where a map is wanted: a text in its place is not repeated, for it may be the secret that the map is to name. */
function badMap(input: unknown, rule: string): string {
  return typeof input === "string" ? `text given; must be ${rule}` : badValue(input, rule);
}

/** ` Did you mean "x"?` for the nearest candidate, if one is near enough for a slip of the keyboard. */
export function didYouMean(given: string, candidates: readonly string[]): string {
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(given.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((one, other) => one.edits - other.edits);
  const best = ranked[0];
  const near = best && best.edits <= (given.length < 5 ? 1 : Math.max(2, Math.floor(given.length / 3)));
  return near ? `. Did you mean "${best.candidate}"?` : "";
}

function shown(input: unknown): string {
  if (input === null) return "nothing";
  if (typeof input === "string" && mayBeSecret(input)) return "what looks like a secret";
  if (typeof input === "number") return String(input);
  if (Array.isArray(input)) return input.length === 0 ? "an empty list" : "a list";
  if (typeof input === "object" && input !== null) return "a map";
  const value = JSON.stringify(input) ?? String(input);
  return value.length > 60 ? `${value.slice(0, 57)}…` : value;
}

/** The names of a table, for `oneOf`. */
export function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly [Name, ...Name[]] {
  return Object.keys(table) as unknown as [Name, ...Name[]];
}
