import type { KeyOwner, RequestParts } from "./request.ts";
import { requestBytes } from "./request.ts";

/** Bytes for the gateway, and what must come of them. */
export interface Attack {
  /** What it tries, for the message of a failure. */
  what: string;
  bytes: Buffer;
  /** Whose models it may reach: an upstream of anybody else's that counts it is a hole. */
  key: KeyOwner;
  /** Statuses of the answers, in their order: one of those listed for each. */
  expected: readonly (readonly number[])[];
  /** What the first answer must say. */
  says?: string;
  /** Whether the answers are to HEAD. */
  toHead?: boolean;
  /** Whether its connection is used for nothing else, and must end with its answers. */
  alone?: boolean;
}

/** Text that a request carries to its model; an upstream that sees it knows whose request that was. */
export type Mark = (key: KeyOwner) => string;

/** Draws marks, each but once. */
export function marks(): Mark {
  let number = 0;
  return (key) => `mark-${number++}-${key}-kram`;
}

/** The owners of the keys of the requests whose text this is. */
export function markedBy(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/mark-[0-9]+-([a-z]+)-kram/g), ([, owner = ""]) => owner))];
}

/** An attack of one request. */
export function attack(
  what: string,
  parts: RequestParts,
  expected: number | readonly number[],
  more: Partial<Attack> = {},
): Attack {
  const statuses = typeof expected === "number" ? [expected] : expected;
  const toHead = parts.method === "HEAD";
  return { what, bytes: requestBytes(parts), key: parts.key ?? "research", expected: [statuses], toHead, ...more };
}
