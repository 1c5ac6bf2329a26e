import { stringify } from "yaml";
import { renderStack, withoutSecretValues } from "../render.ts";
import { loadStackConfig } from "../stack-config.ts";
import type { CommandContext } from "./context.ts";

/** Prints every object of a stack; Secrets without their values. */
export async function render({ stack, json }: CommandContext): Promise<void> {
  const objects = (await renderStack(loadStackConfig(stack), stack)).map(withoutSecretValues);
  if (json) console.log(JSON.stringify(objects, undefined, 2));
  else console.log(objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join("---\n"));
}
