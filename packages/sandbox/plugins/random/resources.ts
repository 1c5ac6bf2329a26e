import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";
import { hashSync } from "bcryptjs";
import { type PropertyMap, secret } from "../protocol/values.ts";

/** A resource's id and what it gives beside its inputs. */
export interface Generated {
  id: string;
  outputs: PropertyMap;
}

const classes = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  // The provider's default set, as its documentation of `special` lists it.
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;

type CharacterClass = keyof typeof classes;
const classNames = Object.keys(classes) as CharacterClass[];

/** How each resource of the random provider makes its value, by the type's last part. */
export const generators: Readonly<Record<string, (inputs: PropertyMap) => Generated>> = {
  RandomString(inputs) {
    const result = randomText(inputs);
    return { id: result, outputs: { result } };
  },
  RandomPassword(inputs) {
    // The id of a password is never its value: ids are not encrypted.
    const result = randomText(inputs);
    return { id: "none", outputs: { result: secret(result), bcryptHash: secret(hashSync(result)) } };
  },
  RandomUuid() {
    const result = randomUUID();
    return { id: result, outputs: { result } };
  },
  RandomInteger(inputs) {
    const result = randomInt(Number(inputs["min"]), Number(inputs["max"]) + 1);
    return { id: String(result), outputs: { result } };
  },
  RandomId(inputs) {
    const bytes = randomBytes(Number(inputs["byteLength"]));
    const prefix = String(inputs["prefix"] ?? "");
    const [b64Url, b64Std, hex] = [bytes.toString("base64url"), bytes.toString("base64"), bytes.toString("hex")].map(
      (text) => prefix + text,
    );
    return {
      id: bytes.toString("base64url"),
      outputs: {
        b64Url: b64Url ?? "",
        b64Std: b64Std ?? "",
        hex: hex ?? "",
        dec: prefix + BigInt(`0x${bytes.toString("hex")}`),
      },
    };
  },
  RandomBytes(inputs) {
    const bytes = randomBytes(Number(inputs["length"]));
    const id = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    return { id, outputs: { base64: secret(bytes.toString("base64")), hex: secret(bytes.toString("hex")) } };
  },
};

/** What is wrong with the inputs, by property. */
export function problemsOf(type: string, inputs: PropertyMap): { property: string; reason: string }[] {
  if (type === "RandomInteger" && Number(inputs["min"]) > Number(inputs["max"])) {
    return [{ property: "min", reason: `min is ${inputs["min"]}, which is more than max, ${inputs["max"]}` }];
  }
  if (type !== "RandomString" && type !== "RandomPassword") return [];
  const minima = classNames.reduce((total, name) => total + minimumOf(inputs, name), 0);
  const length = Number(inputs["length"]);
  if (!(length >= 1)) return [{ property: "length", reason: `length is ${inputs["length"]}; it must be at least 1` }];
  if (minima > length)
    return [
      { property: "length", reason: `length is ${length}, less than the ${minima} characters that the minima ask for` },
    ];
  const all = classNames.every((name) => inputs[name] === false);
  return all ? [{ property: "special", reason: "every class of characters is turned off" }] : [];
}

/** Unbiased characters: the minima of each class first, the rest from all of them, in random order. */
function randomText(inputs: PropertyMap): string {
  const setOf = (name: CharacterClass) =>
    name === "special" && inputs["overrideSpecial"] ? String(inputs["overrideSpecial"]) : classes[name];
  const used = classNames.filter((name) => inputs[name] !== false);
  const all = used.map(setOf).join("");
  const required = used.flatMap((name) => Array.from({ length: minimumOf(inputs, name) }, () => pick(setOf(name))));
  const rest = Array.from({ length: Number(inputs["length"]) - required.length }, () => pick(all));
  return shuffled([...required, ...rest]).join("");
}

function minimumOf(inputs: PropertyMap, name: CharacterClass): number {
  return Number(inputs[`min${name[0]?.toUpperCase()}${name.slice(1)}`] ?? 0);
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)] ?? "";
}

function shuffled<T>(values: T[]): T[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [values[last], values[other]] = [values[other] as T, values[last] as T];
  }
  return values;
}
