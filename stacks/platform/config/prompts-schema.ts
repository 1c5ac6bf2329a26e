import { variableName } from "@genai/services";
import { listOf, mapOf, strictMap, text, textLike, wholeNumber } from "./fields.ts";

const variant = strictMap({
  weight: wholeNumber(1, 100).meta({
    description: "Percent of the requests that it answers; those of a prompt's variants sum to 100.",
    examples: [90],
  }),
  text: text("the prompt's text").meta({
    description: "The system message, with a variable as {{product}}; no secret, it becomes a ConfigMap.",
    examples: ["You help customers of {{product}}."],
  }),
});

const prompt = strictMap({
  tenant: text("the name of a tenant under genai:tenants")
    .optional()
    .meta({
      description: "The tenant whose key reaches it. Default: that of its model; another is refused.",
      examples: ["research"],
    }),
  model: text("the name of a model under genai:models").meta({
    description: "The model that answers.",
    examples: ["chat"],
  }),
  variables: listOf(textLike(variableName, "a variable's name such as product"), "variable; leave the key out for none")
    .default([])
    .meta({
      description: "Variables of its texts, which a request fills in through its metadata.",
      examples: [["product"]],
    }),
  variants: mapOf(variant, "variant names to their texts and weights").meta({
    description: "Its wordings by name, such as v1.",
  }),
});

/** `genai:prompts`: system prompts with weighted variants, which clients ask for as they ask for a model. */
export const promptsSchema = mapOf(prompt, "prompt names to their variants")
  .prefault({})
  .meta({ description: "System prompts by name, each with variants that share its requests." });
