import { encoderModels } from "@genai/catalog";
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
  const longest = encoderModels[embedding.model].maximumTokens;
  if (pipeline.chunkTokens <= longest) return [];
  const message = `is ${pipeline.chunkTokens}, above the ${longest} tokens that ${embedding.model} of "${collection.embedder}" reads: the rest of each piece would be lost; use at most ${longest}`;
  return [{ path: `${path}.chunkTokens`, message }];
}
