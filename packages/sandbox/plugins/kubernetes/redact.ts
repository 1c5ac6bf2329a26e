import { KubernetesError } from "../../kubernetes/index.ts";
import { isMap, isSecret, type PropertyMap, type PropertyValue } from "../protocol/values.ts";

/** Shorter texts stand for too many other things (`true`, `80`) to be taken out of a message. */
const shortestSecret = 4;

/** The API server quotes what it refuses; a secret must not travel in an error. */
export function withoutSecrets(error: unknown, inputs: PropertyMap): unknown {
  if (!(error instanceof KubernetesError)) return error;
  const ofSecretKind = inputs["kind"] === "Secret" ? secretTexts(inputs["data"] ?? null, true) : [];
  const marked = [...ofSecretKind, ...secretTexts(inputs)];
  const texts = [...new Set(marked.flatMap(variants))].filter((text) => text.length >= shortestSecret);
  const longestFirst = texts.toSorted((one, other) => other.length - one.length);
  const hide = (text: string) => longestFirst.reduce((rest, value) => rest.replaceAll(value, "[secret]"), text);
  const causes = error.causes.map((cause) => ({ ...cause, message: hide(cause.message ?? "") }));
  return new KubernetesError(error.status, { reason: error.reason, message: hide(error.message), details: { causes } });
}

/** A value in the forms in which a message may carry it: as it is, decoded, quoted. */
function variants(text: string): string[] {
  const decoded = Buffer.from(text, "base64").toString();
  return [text, decoded, JSON.stringify(text).slice(1, -1), JSON.stringify(decoded).slice(1, -1)];
}

function secretTexts(value: PropertyValue, inSecret = false): string[] {
  if (isSecret(value)) return secretTexts(value.value, true);
  if (Array.isArray(value)) return value.flatMap((member) => secretTexts(member, inSecret));
  if (isMap(value)) return Object.values(value).flatMap((member) => secretTexts(member, inSecret));
  return inSecret && (typeof value === "string" || typeof value === "number") ? [String(value)] : [];
}
