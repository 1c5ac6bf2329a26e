import type { Problem } from "@genai/core";
import { contextLengthOf, promptProblems, servedNames } from "@genai/services";
import type { CheckInput } from "./cross-checks.ts";

/** Prompts: each has a model that answers it, texts without slips, and a gateway that puts them in front of questions. */
export function checkPrompts({ prompts = {}, models = {}, cluster, ...around }: CheckInput): Problem[] {
  const prompted = Object.entries(models).flatMap(([name, model]) => {
    const pool = { gpu: cluster?.pools.find((candidate) => candidate.name === model.pool)?.gpu };
    const judged = { tenant: model.tenant, contextLength: contextLengthOf({ ...model, pool }) };
    return servedNames(name, model).map((served) => [served, judged] as const);
  });
  return promptProblems(prompts, { ...around, models: Object.fromEntries(prompted) });
}
