import {
  encoderModels,
  type EncoderName,
  type GpuName,
  gpus,
  type ModelName,
  models,
  type SpeechModelName,
  speechModels,
} from "@genai/catalog";
import { didYouMean } from "@genai/platform";
import { exitCodes, UserError } from "../errors.ts";

/** A model of the catalogue, by what serves it. */
export type FoundModel =
  | { kind: "language"; name: ModelName }
  | { kind: "encoder"; name: EncoderName }
  | { kind: "speech"; name: SpeechModelName };

const kinds = [
  ["language", models],
  ["encoder", encoderModels],
  ["speech", speechModels],
] as const;
const modelNames = kinds.flatMap(([, table]) => Object.keys(table));

/**
 * Finds a model by its name; upper and lower case are the same, and the organisation before the `/` may be left out.
 * @throws {UserError} If there is none, with the nearest names.
 */
export function findModel(given: string): FoundModel {
  const exact = modelNames.includes(given) ? given : named(given);
  const found = kinds.find(([, table]) => exact !== undefined && Object.hasOwn(table, exact));
  if (found) return { kind: found[0], name: exact } as FoundModel;
  const like = modelNames.filter((name) => lower(name).includes(lower(given)));
  const near =
    like.length > 0 ? `; there is ${some(like)}` : didYouMean(given, [...modelNames, ...modelNames.map(bare)]);
  throw new UserError(`The catalogue has no model "${given}"${near}\nList them: genai models`, exitCodes.invalid);
}

/**
 * Finds a GPU by its name; upper and lower case are the same.
 * @throws {UserError} If there is none, with the names that there are.
 */
export function findGpu(given: string): GpuName {
  const names = Object.keys(gpus) as GpuName[];
  const found = names.find((name) => lower(name) === lower(given));
  if (found) return found;
  throw new UserError(
    `The catalogue has no GPU "${given}"; it has ${names.join(", ")}${didYouMean(given, names)}`,
    exitCodes.invalid,
  );
}

function named(given: string): string | undefined {
  const found = modelNames.filter((name) => [lower(name), lower(bare(name))].includes(lower(given)));
  return found.length === 1 ? found[0] : undefined;
}

function bare(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

function lower(text: string): string {
  return text.toLowerCase();
}

function some(names: readonly string[]): string {
  const [shown, more] = [names.slice(0, 5), names.length - 5];
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
