import { encoderModels } from "@genai/catalog";
import type { Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";
import { collectionNames, collectionOf } from "./collections.ts";
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
  const known = collectionNames(input.vectorStores);
  const named = collectionOf(pipeline.collection);
  const collection = own(own(input.vectorStores, named.store)?.collections, named.collection);
  if (!collection || !known.includes(pipeline.collection)) {
    const message = absent(pipeline.collection, "collection under genai:vectorStores", known);
    return [{ path: `${path}.collection`, message }];
  }
  const embedding = own(input.embeddings, collection.embedder);
  if (!embedding) return []; // Said of the collection already.
  const longest = encoderModels[embedding.model].maximumTokens;
  if (pipeline.chunkTokens <= longest) return [];
  const message = `is ${pipeline.chunkTokens}, above the ${longest} tokens that ${embedding.model} of "${collection.embedder}" reads: the rest of each piece would be lost; use at most ${longest}`;
  return [{ path: `${path}.chunkTokens`, message }];
}
