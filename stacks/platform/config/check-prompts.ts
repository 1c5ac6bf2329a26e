import type { Problem } from "@genai/core";
import { contextLengthOf, promptProblems } from "@genai/services";
import type { CheckInput } from "./cross-checks.ts";

/** Prompts: each has a model that answers it, texts without slips, and a gateway that puts them in front of questions. */
export function checkPrompts({ prompts = {}, models = {}, embeddings, cluster, gateway }: CheckInput): Problem[] {
  if (Object.keys(prompts).length === 0) return [];
  const prompted = Object.entries(models).map(([name, model]) => {
    const gpu = cluster?.pools.find((pool) => pool.name === model.pool)?.gpu;
    const { tenant, contextLength } = model;
    return [
      name,
      { tenant, contextLength: gpu ? contextLengthOf({ ...model, pool: { gpu } }) : contextLength },
    ] as const;
  });
  const missing = { path: "genai:gateway", message: "is missing; it puts genai:prompts in front of questions" };
  return [
    ...(gateway ? [] : [missing]),
    ...promptProblems(prompts, { models: Object.fromEntries(prompted), embeddings }),
  ];
}
