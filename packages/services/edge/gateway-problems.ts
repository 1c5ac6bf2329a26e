import { drainBudget } from "@genai/catalog";
import type { Problem } from "@genai/core";
import type { GatewayArgs, GatewayModel } from "./gateway-args.ts";

type Judged = Pick<GatewayArgs, "path" | "replicas" | "maxReplicas" | "timeoutSeconds" | "fallbacks"> & {
  models: Readonly<Record<string, Pick<GatewayModel, "tenant" | "drainSeconds">>>;
};

/** Seconds that a request through the gateway may take: given, or the longest that a model takes to finish while it stops. */
export function requestSeconds({ timeoutSeconds, models }: Pick<Judged, "timeoutSeconds" | "models">): number {
  if (timeoutSeconds !== undefined) return timeoutSeconds;
  const longest = Math.max(...Object.values(models).map(({ drainSeconds }) => drainSeconds), 0);
  return longest > 0 ? longest : drainBudget().gracePeriodSeconds;
}

/** Everything that is wrong with the arguments of a gateway; empty if nothing is. Whether a model is there is said elsewhere. */
export function gatewayProblems(args: Judged): Problem[] {
  const { path = "genai:gateway", replicas = 2, maxReplicas = replicas, timeoutSeconds, models, fallbacks = {} } = args;
  const problems: Problem[] = [];
  const add = (field: string, message: string) => problems.push({ path: `${path}.${field}`, message });
  if (maxReplicas < replicas)
    add("maxReplicas", `is ${maxReplicas}, below replicas ${replicas}; raise it, or lower replicas`);
  const [slowest, longest] = Object.entries(models)
    .map(([name, { drainSeconds }]) => [name, drainSeconds] as const)
    .toSorted(([, one], [, other]) => other - one)[0] ?? ["", 0];
  if (timeoutSeconds !== undefined && timeoutSeconds < longest) {
    const message = `is ${timeoutSeconds}, below the ${longest} that "${slowest}" may take to finish an answer while it stops; raise it to ${longest}, or leave it out`;
    add("timeoutSeconds", message);
  }
  for (const [name, others] of Object.entries(fallbacks)) {
    const own = Object.hasOwn(models, name) ? models[name] : undefined;
    for (const [index, other] of others.entries()) {
      const tenant = Object.hasOwn(models, other) ? models[other]?.tenant : own?.tenant;
      if (!own || tenant === own.tenant) continue;
      const message = `"${other}" belongs to tenant "${tenant}" and "${name}" to "${own.tenant}", whose questions must not leave it; use a model of the same tenant`;
      add(`fallbacks.${name}[${index}]`, message);
    }
    const circle = circleFrom(name, fallbacks);
    if (circle)
      add(`fallbacks.${name}`, `comes back to itself (${circle.join(" → ")}): a request would never end; remove one`);
  }
  return problems;
}

/** A way from a model through fallbacks back to it. */
function circleFrom(name: string, fallbacks: Readonly<Record<string, readonly string[]>>): string[] | undefined {
  const ways: string[][] = [[name]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way; way = ways.shift()) {
    const last = way.at(-1) ?? "";
    for (const next of Object.hasOwn(fallbacks, last) ? (fallbacks[last] ?? []) : []) {
      if (next === name) return [...way, next];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}
