import { cronExpression, dnsName, mapOf, oneOf, quantity, strictMap, text, textLike, wholeNumber } from "./fields.ts";

/** Vectors of a collection where nothing is said. */
export const defaultVectors = 1_000_000;

const collection = strictMap({
  embedder: text("the name of an embedding service under genai:embeddings").meta({
    description: "The embedding service that makes its vectors; their dimension follows from it.",
    examples: ["documents"],
  }),
  distance: oneOf(["cosine", "dot", "euclid"])
    .default("cosine")
    .meta({ description: "How near two vectors are.", examples: ["cosine"] }),
  vectors: wholeNumber(1)
    .default(defaultVectors)
    .meta({ description: "Vectors that it is to hold, from which memory and storage follow.", examples: [5000000] }),
});

/** What a bucket may be called, at Amazon and at those who do as it does (docs.aws.amazon.com: bucket naming rules). */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const prefix = /^[\w.-]+(\/[\w.-]+)*$/;
const region = /^[a-z0-9-]{1,40}$/;
/** An address without a user or password, which belong into the Secret. */
const endpoint = /^https?:\/\/[a-zA-Z0-9.-]+(:[0-9]{1,5})?$/;

const copies = strictMap({
  kind: oneOf(["s3"]).meta({ description: "How the bucket is spoken to.", examples: ["s3"] }),
  bucket: textLike(bucketName, "the name of a bucket, such as genai-copies").meta({
    description: "The bucket; it must be there.",
    examples: ["genai-copies"],
  }),
  prefix: textLike(prefix, 'a directory without "/" at its ends, such as prod')
    .optional()
    .meta({
      description: "Directory of the bucket; each stack that uses the bucket needs its own. Default: none.",
      examples: ["prod"],
    }),
  region: textLike(region, "a region such as eu-central-1").meta({
    description: "The bucket's region.",
    examples: ["eu-central-1"],
  }),
  endpoint: textLike(endpoint, "a URL of scheme and host, such as https://s3.example.com")
    .optional()
    .meta({
      description: "Address of a service that is not Amazon's. Default: Amazon's in the region.",
      examples: ["https://s3.example.com"],
    }),
  credentials: strictMap({
    secretName: dnsName("a Secret's name").meta({
      description:
        "Secret of the tenant's namespace with access-key-id and secret-access-key; the platform does not make it.",
      examples: ["main-copies"],
    }),
  }).meta({ description: "What the Jobs that carry copies log in with; nothing else sees it." }),
});

const snapshots = strictMap({
  schedule: cronExpression()
    .default("0 2 * * *")
    .meta({
      description: "When a copy is made, at least once a day: five fields of cron, or a macro, in UTC.",
      examples: ["0 2 * * *"],
    }),
  keep: wholeNumber(1, 365)
    .default(7)
    .meta({ description: "Copies that are kept; their volume follows.", examples: [14] }),
  drill: cronExpression()
    .default("0 4 * * 0")
    .meta({
      description: "When the newest copy is restored beside the store and its points are counted, in UTC.",
      examples: ["0 4 * * *"],
    }),
  copies: copies.optional().meta({
    description: "A bucket that copies go to beside the volume, and that the drill restores from. Default: none.",
  }),
});

const vectorStore = strictMap({
  engine: oneOf(["qdrant", "pgvector"])
    .default("qdrant")
    .meta({ description: "What stores the vectors.", examples: ["qdrant"] }),
  tenant: text("the name of a tenant under genai:tenants").meta({
    description: "The tenant in whose namespace it runs and whose quota it uses.",
    examples: ["research"],
  }),
  pool: text("the name of a pool under genai:cluster.pools").meta({
    description: "The pool that it runs on.",
    examples: ["system"],
  }),
  replicas: wholeNumber(1)
    .default(1)
    .meta({
      description: "Replicas, between which the vectors are divided; of several, two have each vector.",
      examples: [3],
    }),
  storage: quantity("storage for each replica", "20Gi").meta({
    description: "Volume of each replica, as a Kubernetes quantity.",
    examples: ["20Gi"],
  }),
  collections: mapOf(collection, "collection names to their embedders").meta({
    description: "Its collections by name.",
  }),
  snapshots: snapshots.prefault({}).meta({ description: "Copies of it, and the drill that tries them." }),
  tls: strictMap({
    secretName: dnsName("a Secret's name").meta({
      description: "Secret of the tenant's namespace with tls.crt, tls.key and ca.crt, as cert-manager writes it.",
      examples: ["main-tls"],
    }),
  })
    .optional()
    .meta({ description: "Encrypts connections and refuses others. Default: not encrypted." }),
  keyGeneration: wholeNumber(1)
    .default(1)
    .meta({
      description: "Raise it after a copy was restored: users get their rights again. New keys need none.",
      examples: [2],
    }),
});

/** `genai:vectorStores`: where embedded texts are kept and found. */
export const vectorStoresSchema = mapOf(vectorStore, "names to vector stores")
  .prefault({})
  .meta({ description: "Vector stores by name." });
