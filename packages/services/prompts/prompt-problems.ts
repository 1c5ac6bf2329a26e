import type { Problem } from "@genai/core";
import { serverNameProblem } from "../serving/server-name.ts";
import type { Prompt, Prompts } from "./prompt-args.ts";
import { readTemplate, singleBraces, variableName } from "./template.ts";

/** Longest names: with the hash of the content, `<prompt>-<variant>-12345678` is an object's name of 63 characters at most. */
const longestPromptName = 40;
const variantName = /^[a-z0-9]{1,12}$/;

/** Bytes of a ConfigMap's data at most (k8s.io/kubernetes: pkg/apis/core, MaxSecretSize, which holds for both). */
const configMapBytes = 1024 ** 2;

/** Bytes of a token: OpenAI's rule of thumb for English (help.openai.com: "What are tokens and how to count them"). */
const bytesPerToken = 4;

/** A model as prompts see it. */
export interface PromptedModel {
  tenant: string;
  /** Tokens of question and answer together. @default not known, and not checked against */
  contextLength?: number;
}

/** What prompts are among. */
export interface PromptSurroundings {
  models: Readonly<Record<string, PromptedModel>>;
  /** @default none */
  embeddings?: Readonly<Record<string, unknown>>;
  /** What puts them in front of questions. @default none, in which case there may be no prompts */
  gateway?: object;
}

/** Everything that is wrong with prompts; empty if nothing is. */
export function promptProblems(prompts: Prompts, around: PromptSurroundings): Problem[] {
  const entries = Object.entries(prompts);
  const missing = { path: "genai:gateway", message: "is missing; it puts genai:prompts in front of questions" };
  return [
    ...(around.gateway || entries.length === 0 ? [] : [missing]),
    ...entries.flatMap(([name, prompt]) => {
      const path = `genai:prompts.${name}`;
      return [
        ...nameProblems(path, name, around),
        ...modelProblems(path, prompt, around),
        ...textProblems(path, prompt),
      ];
    }),
  ];
}

function nameProblems(path: string, name: string, { models, embeddings = {} }: PromptSurroundings): Problem[] {
  const bad = serverNameProblem(name, "support");
  if (bad) return [{ path, message: bad }];
  if (name.length > longestPromptName) {
    const message = `"${name}" has ${name.length} characters, and a prompt's name at most ${longestPromptName}; shorten it`;
    return [{ path, message }];
  }
  // Clients ask for a prompt as they ask for a model.
  return Object.entries({ models, embeddings })
    .filter(([, entries]) => Object.hasOwn(entries, name))
    .map(([section]) => ({ path, message: `"${name}" is already the name of genai:${section}.${name}; rename one` }));
}

function modelProblems(path: string, { model: name, tenant, variants }: Prompt, around: PromptSurroundings): Problem[] {
  const { models, embeddings = {} } = around;
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (!model) {
    const known = Object.keys(models).join(", ") || "none";
    const embeds = Object.hasOwn(embeddings, name) ? "embeds and does not answer" : "is no model";
    return [{ path: `${path}.model`, message: `"${name}" ${embeds}; there is under genai:models: ${known}` }];
  }
  const foreign = tenant !== undefined && tenant !== model.tenant;
  const { contextLength } = model;
  return [
    ...(foreign
      ? [
          {
            path: `${path}.tenant`,
            message: `is "${tenant}", and model "${name}" belongs to "${model.tenant}"; leave it out, or use a model of "${tenant}"`,
          },
        ]
      : []),
    ...Object.entries(variants).flatMap(([variant, { text }]) => {
      const tokens = Math.ceil(Buffer.byteLength(text) / bytesPerToken);
      if (contextLength === undefined || tokens <= contextLength / 2) return [];
      const message =
        `takes about ${tokens} tokens (${bytesPerToken} bytes each), more than half of the ${contextLength} that "${name}" has for ` +
        "prompt, question and answer; shorten it, or raise the model's contextLength";
      return [{ path: `${path}.variants.${variant}.text`, message }];
    }),
  ];
}

function textProblems(path: string, { variables = [], variants }: Prompt): Problem[] {
  const problems: Problem[] = [];
  const add = (field: string, message: string) => problems.push({ path: `${path}.${field}`, message });
  const entries = Object.entries(variants);
  const total = entries.reduce((sum, [, { weight }]) => sum + weight, 0);
  if (entries.length === 0) add("variants", "is empty; must have at least one, such as v1 of weight 100");
  else if (total !== 100 || entries.some(([, { weight }]) => !Number.isInteger(weight) || weight < 1)) {
    const weights = entries.map(([variant, { weight }]) => `${variant} ${weight}`).join(", ");
    add("variants", `has weights that sum to ${total} (${weights}); must be whole numbers above 0 that sum to 100`);
  }
  const used = new Set<string>();
  const textOf = new Map<string, string>();
  for (const [variant, { text }] of entries) {
    const place = `variants.${variant}`;
    if (!variantName.test(variant))
      add(place, `"${variant}" cannot name a variant; use at most 12 lower-case letters and digits, such as "v1"`);
    const bytes = Buffer.byteLength(text);
    if (bytes > configMapBytes)
      add(`${place}.text`, `has ${bytes} bytes, and a ConfigMap holds ${configMapBytes} at most; shorten it`);
    const twin = textOf.get(text);
    if (twin !== undefined) add(`${place}.text`, `is the same as that of "${twin}"; remove one and add its weight`);
    textOf.set(text, variant);
    const template = readTemplate(text);
    for (const { near, line } of template.malformed)
      add(`${place}.text`, `line ${line}: "${near}" is no variable; write one as {{product}}, or single braces`);
    for (const { near, line } of singleBraces(text, variables))
      add(`${place}.text`, `line ${line}: "${near}" has single braces and would stay as it is; write two`);
    for (const name of template.variables.filter((each) => !variables.includes(each)))
      add(
        `${place}.text`,
        `uses {{${name}}}, and variables has ${variables.join(", ") || "none"}; add it there, or remove it`,
      );
    for (const name of template.variables) used.add(name);
  }
  for (const [index, name] of variables.entries()) {
    const place = `variables[${index}]`;
    if (!variableName.test(name))
      add(
        place,
        `"${name}" cannot name a variable; use at most 40 letters, digits and "_", beginning with a small letter`,
      );
    else if (variables.indexOf(name) < index) add(place, `"${name}" is there twice; remove one`);
    else if (!used.has(name)) add(place, `"${name}" is in no text; write it there as {{${name}}}, or remove it`);
  }
  return problems;
}
