import { embeddingModels, gatewayTimeoutSeconds } from "@genai/catalog";
import type { Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";
import { absent } from "./fields.ts";
import { own } from "./own.ts";
import type { PlatformConfig } from "./schema.ts";

/** Pipelines and schedules: each finds what it names. */
export function checkData(input: CheckInput): Problem[] {
  return [
    ...Object.entries(input.pipelines ?? {}).flatMap(([name, pipeline]) =>
      checkPipeline(`genai:pipelines.${name}`, pipeline, input),
    ),
    ...Object.entries(input.schedules ?? {}).flatMap(([name, { run }]) => {
      const known = Object.keys(input.pipelines ?? {});
      if (known.includes(run)) return [];
      return [{ path: `genai:schedules.${name}.run`, message: absent(run, "pipeline under genai:pipelines", known) }];
    }),
  ];
}

function checkPipeline(path: string, pipeline: PlatformConfig["pipelines"][string], input: CheckInput): Problem[] {
  const [storeName = "", collectionName = "", ...rest] = pipeline.collection.split("/");
  const collection =
    rest.length === 0 ? own(own(input.vectorStores, storeName)?.collections, collectionName) : undefined;
  if (!collection) {
    const known = Object.entries(input.vectorStores ?? {}).flatMap(([name, { collections }]) =>
      Object.keys(collections).map((each) => `${name}/${each}`),
    );
    const message = absent(pipeline.collection, "collection under genai:vectorStores", known);
    return [{ path: `${path}.collection`, message }];
  }
  const embedding = own(input.embeddings, collection.embedder);
  if (!embedding) return []; // Said of the collection already.
  const longest = embeddingModels[embedding.model].maximumTokens;
  if (pipeline.chunkTokens <= longest) return [];
  const message = `is ${pipeline.chunkTokens}, above the ${longest} tokens that ${embedding.model} of "${collection.embedder}" reads: the rest of each piece would be lost; use at most ${longest}`;
  return [{ path: `${path}.chunkTokens`, message }];
}

/** Gateway and page: the gateway waits longer than any server drains, and fallbacks end. */
export function checkEdge({ gateway, ui, models = {} }: CheckInput): Problem[] {
  if (ui && !gateway) return [{ path: "genai:gateway", message: "is missing; genai:ui reaches the models through it" }];
  if (!gateway) return [];
  const problems: Problem[] = [];
  const drains = Object.entries(models).map(
    ([name, { gracePeriodSeconds, maximumOutputTokens }]) =>
      [name, gracePeriodSeconds ?? gatewayTimeoutSeconds(maximumOutputTokens)] as const,
  );
  const [slowest, longest] = drains.toSorted(([, one], [, other]) => other - one)[0] ?? ["", 0];
  if (gateway.timeoutSeconds !== undefined && gateway.timeoutSeconds < longest) {
    const message = `is ${gateway.timeoutSeconds}, below the ${longest} that "${slowest}" may take to finish an answer while it stops; raise it to ${longest}, or leave it out`;
    problems.push({ path: "genai:gateway.timeoutSeconds", message });
  }
  const known = Object.keys(models);
  for (const [name, others] of Object.entries(gateway.fallbacks)) {
    const path = `genai:gateway.fallbacks.${name}`;
    if (!known.includes(name)) problems.push({ path, message: absent(name, "model under genai:models", known) });
    for (const [index, other] of others.entries())
      if (!known.includes(other))
        problems.push({ path: `${path}[${index}]`, message: absent(other, "model under genai:models", known) });
    const circle = circleFrom(name, gateway.fallbacks);
    if (circle)
      problems.push({
        path,
        message: `comes back to itself (${circle.join(" → ")}): a request would never end; remove one`,
      });
  }
  return problems;
}

/** A way from a model through fallbacks back to it. */
function circleFrom(name: string, fallbacks: Readonly<Record<string, string[]>>): string[] | undefined {
  const ways: string[][] = [[name]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const next of own(fallbacks, way.at(-1) ?? "") ?? []) {
      if (next === name) return [...way, next];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}
