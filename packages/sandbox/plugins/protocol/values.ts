import { createRequire } from "node:module";

/** A property value as the engine sends it: JSON with marks for secrets and unknowns. */
export type PropertyValue = null | boolean | number | string | PropertyValue[] | PropertyMap;
export interface PropertyMap {
  [key: string]: PropertyValue;
}

/** The part of google.protobuf.Struct that is used here. */
export interface Struct {
  toJavaScript(): PropertyMap;
}

const { Struct: StructClass } = createRequire(import.meta.url)("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: { fromJavaScript(value: PropertyMap): Struct };
};

// The engine's own marks: github.com/pulumi/pulumi sdk/go/common/resource (SigKey, SecretSig) and resource/plugin/rpc.go (UnknownStringValue).
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Stands for any value that a preview does not know yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function fromStruct(struct: Struct | undefined): PropertyMap {
  return struct?.toJavaScript() ?? {};
}

/** Undefined members, which JSON has none of, are left out. */
export function toStruct(value: object): Struct {
  return StructClass.fromJavaScript(JSON.parse(JSON.stringify(value)) as PropertyMap);
}

export function isMap(value: unknown): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Marks a value as secret; one that is marked already stays as it is. */
export function secret(value: PropertyValue): PropertyValue {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

export function isSecret(value: unknown): value is { value: PropertyValue } & PropertyMap {
  return isMap(value) && value[signatureKey] === secretSignature;
}

/** The value without secret marks at any depth. */
export function reveal<T extends PropertyValue>(value: T): T {
  if (isSecret(value)) return reveal(value.value) as T;
  if (Array.isArray(value)) return value.map(reveal) as T;
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, reveal(member)])) as T;
}

/** Marks in `value` everything that is secret in `model`, so that what was put in as a secret comes back as one. */
export function concealLike(value: PropertyValue, model: PropertyValue | undefined): PropertyValue {
  if (isSecret(model)) return secret(value);
  if (Array.isArray(value) && Array.isArray(model))
    return value.map((member, index) => concealLike(member, model[index]));
  if (!isMap(value) || !isMap(model)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, concealLike(member, model[key])]));
}

/** Whether anything in the value is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isMap(value) && Object.values(value).some(hasUnknown);
}
