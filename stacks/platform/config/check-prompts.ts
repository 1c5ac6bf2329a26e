import type { Problem } from "@genai/core";
import { contextLengthOf, promptProblems } from "@genai/services";
import type { CheckInput } from "./cross-checks.ts";

/** Prompts: each has a model that answers it, texts without slips, and a gateway that puts them in front of questions. */
export function checkPrompts({ prompts = {}, models = {}, cluster, ...around }: CheckInput): Problem[] {
  const prompted = Object.entries(models).map(([name, model]) => {
    const pool = { gpu: cluster?.pools.find((candidate) => candidate.name === model.pool)?.gpu };
    return [name, { tenant: model.tenant, contextLength: contextLengthOf({ ...model, pool }) }] as const;
  });
  return promptProblems(prompts, { ...around, models: Object.fromEntries(prompted) });
}
