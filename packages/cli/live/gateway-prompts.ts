import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promptObjects, promptVariantName, type Prompts } from "@genai/services";

const texts = { v1: "You help customers of {{product}}.", v2: "Help with {{ product }}, briefly." } as const;

/** Prompts for the gateway's live test: one with two variants in front of a model with a fallback, one without variables. */
export const livePrompts: Prompts = {
  assistant: {
    model: "chat",
    variables: ["product"],
    variants: { v1: { weight: 60, text: texts.v1 }, v2: { weight: 40, text: texts.v2 } },
  },
  greeting: { model: "help", variants: { v1: { weight: 100, text: "Greet first." } } },
};

/** Writes the texts as the volume of the gateway's Pods has them; gives the directory. */
export function writePromptFiles(directory: string, prompts: Prompts = livePrompts): string {
  mkdirSync(directory, { recursive: true });
  for (const { metadata, data } of Object.values(promptObjects(prompts, {}, { namespace: "x", labels: {} }))) {
    const [text = ""] = Object.values(data as Record<string, string>);
    writeFileSync(join(directory, (metadata as { name: string }).name), text);
  }
  return directory;
}

/** What the gateway must draw for a user of `assistant`, worked out apart from it: the header, and the message that the model gets. */
export function expectedVariant(user: string, product: string): { header: string; message: string } {
  const number = createHash("sha256").update(`assistant\n${user}`).digest().readBigUInt64BE() % 100n;
  const variant = number < 60n ? "v1" : "v2";
  return {
    header: promptVariantName("assistant", variant, texts[variant]),
    message: texts[variant].replace(/\{\{ ?product ?\}\}/, product),
  };
}
