import type { Problem } from "@genai/core";
import { contextLengthOf, promptProblems } from "@genai/services";
import type { CheckInput } from "./cross-checks.ts";

/** Prompts: each has a model that answers it, texts without slips, and a gateway that puts them in front of questions. */
export function checkPrompts({ prompts = {}, models = {}, cluster, ...around }: CheckInput): Problem[] {
  const prompted = Object.entries(models).map(([name, model]) => {
    const gpu = cluster?.pools.find((pool) => pool.name === model.pool)?.gpu;
    const { tenant, contextLength } = model;
    return [
      name,
      { tenant, contextLength: gpu ? contextLengthOf({ ...model, pool: { gpu } }) : contextLength },
    ] as const;
  });
  return promptProblems(prompts, { ...around, models: Object.fromEntries(prompted) });
}
