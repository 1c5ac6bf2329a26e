import { createHash } from "node:crypto";
import { contentName, type ObjectOf, tenantLabel } from "@genai/core";
import type { Prompts } from "./prompt-args.ts";

/** Key of a variant's text in its ConfigMap. */
const promptTextKey = "prompt.txt";

/** What decides for each request which text comes in front of it: part of the configuration of whoever does so, without the texts. */
export interface PromptIndex {
  [prompt: string]: {
    variables: readonly string[];
    variants: {
      /** Name of the ConfigMap, which says the content too: what answers show. */
      name: string;
      weight: number;
      /** SHA-256 of the text, so that no other is ever used. */
      sha256: string;
    }[];
  };
}

/**
 * Name of a variant's ConfigMap: the same text has the same name again, and another text another. A variant's name has no "-", so that
 * no two prompts share one.
 */
export function promptVariantName(prompt: string, variant: string, text: string): string {
  return contentName(`${prompt}-${variant}`, { [promptTextKey]: text });
}

/** The variants of every prompt by their names, in an order that does not depend on who read the stack file. */
function variantsOf(prompts: Prompts) {
  return Object.entries(prompts)
    .toSorted(byName)
    .flatMap(([prompt, { variants }]) =>
      Object.entries(variants)
        .toSorted(byName)
        .map(([variant, { weight, text }]) => ({
          prompt,
          key: `prompt-${prompt}-${variant}`,
          name: promptVariantName(prompt, variant, text),
          weight,
          text,
        })),
    );
}

/**
 * A ConfigMap for each variant, under `prompt-<prompt>-<variant>`. None is ever changed: another text is another object, so that a rollout moves
 * Pods from one to the other and a stack that goes back to a text goes back to its object.
 * @param tenantOf The tenant of each prompt, by the prompt's name.
 */
export function promptObjects(
  prompts: Prompts,
  tenantOf: Readonly<Record<string, string>>,
  { namespace, labels }: { namespace: string; labels: Readonly<Record<string, string>> },
): Record<string, ObjectOf<"ConfigMap">> {
  return Object.fromEntries(
    variantsOf(prompts).map(({ prompt, key, name, text }): [string, ObjectOf<"ConfigMap">] => [
      key,
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace, labels: { ...labels, [tenantLabel]: tenantOf[prompt] ?? "" } },
        immutable: true,
        data: { [promptTextKey]: text },
      },
    ]),
  );
}

/** Which variants there are, and how often each is used. */
export function promptIndex(prompts: Prompts): PromptIndex {
  const variants = variantsOf(prompts);
  return Object.fromEntries(
    Object.entries(prompts)
      .toSorted(byName)
      .map(([prompt, { variables = [] }]) => [
        prompt,
        {
          variables,
          variants: variants
            .filter((each) => each.prompt === prompt)
            .map(({ name, weight, text }) => ({
              name,
              weight,
              sha256: createHash("sha256").update(text).digest("hex"),
            })),
        },
      ]),
  );
}

/** A volume with every text in a file that has its ConfigMap's name, or none where there are no prompts. */
export function promptVolume(prompts: Prompts, volume: string) {
  const sources = variantsOf(prompts).map(({ name }) => ({
    configMap: { name, items: [{ key: promptTextKey, path: name }] },
  }));
  return sources.length > 0 ? { name: volume, projected: { sources } } : undefined;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : Number(one > other);
}
