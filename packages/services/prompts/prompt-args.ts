/** One wording of a prompt. */
export interface PromptVariant {
  /** Percent of the requests that it answers. */
  weight: number;
  /** The system message; `{{name}}` stands for a variable. */
  text: string;
}

/** A system prompt in front of a model, in one or more wordings. Clients ask for it by its own name, as for a model. */
export interface Prompt {
  /** Name of the model that answers. */
  model: string;
  /** The tenant that may ask; no other than the model's. @default the model's */
  tenant?: string;
  /** Variables of the texts, which a request fills in. @default none */
  variables?: readonly string[];
  /** Wordings by their names, with weights that sum to 100. */
  variants: Readonly<Record<string, PromptVariant>>;
}

/** Prompts by their names. */
export type Prompts = Readonly<Record<string, Prompt>>;
