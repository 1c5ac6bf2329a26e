import { z } from "zod";
import { hostName, listOf, mapOf, oneOf, quantity, strictMap, text, wholeNumber } from "./fields.ts";

/**
 * The sections of a stack file whose components are still to come. They are checked as strictly as all others, so that a stack can
 * be planned; a deployment refuses them (`notDeployed`), so that nothing is silently left out.
 */

/** The tenant of a service. */
export const tenantName = text("the name of a tenant under genai:tenants").meta({
  description: "The tenant in whose namespace it runs and whose quota it uses.",
  examples: ["research"],
});
/** The pool of a service. */
export const poolName = text("the name of a pool under genai:cluster.pools").meta({
  description: "The pool that it runs on.",
  examples: ["system"],
});

const collection = strictMap({
  embedder: text("the name of an embedding service under genai:embeddings").meta({
    description: "The embedding service that makes its vectors; their dimension follows from it.",
    examples: ["documents"],
  }),
  distance: oneOf(["cosine", "dot", "euclid"])
    .default("cosine")
    .meta({ description: "How near two vectors are.", examples: ["cosine"] }),
  vectors: wholeNumber(1)
    .default(1_000_000)
    .meta({ description: "Vectors that it is to hold, from which memory and storage follow.", examples: [5000000] }),
});

const vectorStore = strictMap({
  engine: oneOf(["qdrant", "pgvector"])
    .default("qdrant")
    .meta({ description: "What stores the vectors.", examples: ["qdrant"] }),
  tenant: tenantName,
  pool: poolName,
  replicas: wholeNumber(1)
    .default(1)
    .meta({ description: "Replicas, between which the vectors are divided.", examples: [3] }),
  storage: quantity("storage for each replica", "20Gi").meta({
    description: "Volume of each replica, as a Kubernetes quantity.",
    examples: ["20Gi"],
  }),
  collections: mapOf(collection, "collection names to their embedders").meta({
    description: "Its collections by name.",
  }),
});

/** `genai:vectorStores`: where embedded texts are kept and found. */
export const vectorStoresSchema = mapOf(vectorStore, "names to vector stores")
  .prefault({})
  .meta({ description: "Vector stores by name. Checked; not deployed by this version." });

const host = hostName().meta({
  description: "Host name under which it is reached from outside.",
  examples: ["chat.example.com"],
});

/** `genai:gateway`: the one address for all models, with keys, limits and fallbacks. */
export const gatewaySchema = strictMap({
  pool: poolName,
  replicas: wholeNumber(1)
    .default(2)
    .meta({ description: "Replicas that run.", examples: [3] }),
  host: host.optional(),
  timeoutSeconds: wholeNumber(1)
    .optional()
    .meta({ description: "Seconds that a request may take. Default: derived; less is refused.", examples: [600] }),
  fallbacks: mapOf(
    listOf(text("the name of a model"), "model").meta({
      description: "Models that answer in its place, in their order.",
      examples: [["draft"]],
    }),
    "model names to the models that stand in",
  )
    .default({})
    .meta({ description: "Models that answer when one cannot, in their order." }),
})
  .optional()
  .meta({ description: "The gateway in front of all models. Checked; not deployed by this version." });

/** `genai:ui`: the chat page. */
export const uiSchema = strictMap({
  pool: poolName,
  replicas: wholeNumber(1)
    .default(1)
    .meta({ description: "Replicas that run.", examples: [2] }),
  host: host.optional(),
})
  .optional()
  .meta({ description: "The chat page behind the gateway. Checked; not deployed by this version." });

/** The sections that a deployment refuses for now. */
export const plannedSections = {
  vectorStores: vectorStoresSchema,
  gateway: gatewaySchema,
  ui: uiSchema,
} as const satisfies Record<string, z.ZodType>;
