import { largestAdapterRank } from "@genai/catalog";
import type { Problem } from "@genai/core";
import { adapterPlans } from "./adapters.ts";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import { serverNameProblem } from "./server-name.ts";
import type { withDefaults } from "./settings.ts";
import { sourceProblems } from "./weights-problems.ts";
import { parseWeightsSource, weightsSourceRule } from "./weights-source.ts";

type Found = [field: string, message: string];

/** What is wrong with the adapters of a server: the key, and what to do. */
export function adapterProblems(settings: ReturnType<typeof withDefaults>): Found[] {
  const { adapters = {}, engine } = settings;
  if (Object.keys(adapters).length === 0) return [];
  // SGLang would want them as `chat:sql`, which no list of models shows.
  if (engine !== "vllm") return [["adapters", `are served by vllm alone, not by ${engine}; use engine vllm`]];
  return adapterPlans(settings).flatMap(({ name, plan }) => {
    const { source, rank, mirror = settings.weights.mirror } = adapters[name] ?? { source: "", rank: 0 };
    const at = (field: string, message: string): Found => [`adapters.${name}${field && `.${field}`}`, message];
    const badName = serverNameProblem(name, "sql-lora");
    const found: Found[] = badName === undefined ? [] : [at("", badName)];
    if (!Number.isInteger(rank) || rank < 1 || rank > largestAdapterRank)
      found.push(at("rank", `is ${rank}, must be a whole number from 1 to ${largestAdapterRank}`));
    if (!parseWeightsSource(source)) return [...found, at("source", `must be ${weightsSourceRule}`)];
    for (const [field, message] of sourceProblems(plan, mirror, settings))
      found.push(
        field === "revision"
          ? at("source", "names no commit, and a mirror keeps one: end it with @ and its 40 hexadecimal digits")
          : at(field, message),
      );
    if (settings.plan.local && !plan.local && plan.source.kind === "hub")
      found.push(
        at("source", "is on the internet, which a server whose weights are on a volume does not reach; set mirror"),
      );
    return found;
  });
}

/**
 * Adapters with a name that something else is asked by, of any tenant: the gateway has one list of names.
 * @param models Servers with their adapters, by name.
 * @param embeddings What else is asked by name.
 */
export function adapterNameProblems(
  models: Readonly<Record<string, Pick<InferenceServerArgs, "adapters">>>,
  embeddings: Readonly<Record<string, unknown>> = {},
): Problem[] {
  const owners = new Map<string, string>();
  for (const name of Object.keys(embeddings)) owners.set(name, `genai:embeddings.${name}`);
  for (const name of Object.keys(models)) owners.set(name, `genai:models.${name}`);
  return Object.entries(models).flatMap(([server, { adapters = {} }]) =>
    Object.keys(adapters).flatMap((name) => {
      const path = `genai:models.${server}.adapters.${name}`;
      const owner = owners.get(name);
      owners.set(name, owner ?? path);
      return owner === undefined
        ? []
        : [{ path, message: `is also the name of ${owner}, and clients ask for each by its name; rename one` }];
    }),
  );
}
