import strict from "node:assert/strict";

let count = 0;

/** How many assertions ran since the last call; resets the count. */
export function takeAssertionCount(): number {
  const taken = count;
  count = 0;
  return taken;
}

/** `node:assert/strict` that counts its calls, so that a test whose assertion never ran fails (see hooks.ts). */
export const assert: typeof strict = new Proxy(strict, {
  apply(target, self, args) {
    count++;
    return Reflect.apply(target, self, args);
  },
  get(target, property) {
    const member: unknown = Reflect.get(target, property);
    if (typeof member !== "function" || property === "AssertionError") return member;
    return (...args: unknown[]) => {
      count++;
      return Reflect.apply(member, target, args);
    };
  },
});
