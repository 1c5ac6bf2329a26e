import { guardrailActions, guardrailPatterns } from "@genai/services";
import type { z } from "zod";
import {
  dnsName,
  hostName,
  listOf,
  mapOf,
  network,
  oneOf,
  quantity,
  strictMap,
  text,
  textLike,
  wholeNumber,
} from "./fields.ts";

const poolName = text("the name of a pool under genai:cluster.pools").meta({
  derived: "the only pool without GPUs",
  description: "The pool that it runs on.",
  examples: ["system"],
});

const secretKey = strictMap({
  name: dnsName("a Secret's name").meta({ description: "The Secret's name.", examples: ["chat-page-database"] }),
  key: textLike(/^[-._a-zA-Z0-9]{1,253}$/, "a key of a Secret, such as token").meta({
    description: "The key in it.",
    examples: ["address"],
  }),
});

const networksDescription =
  "Networks of its addresses; the page may connect to no other. Default: any, unless namespace is set, but the cloud's metadata service.";

/** Where a service is that the platform does not run. */
const whereabouts = {
  networks: listOf(
    network().meta({ description: networksDescription, examples: ["203.0.113.0/24"] }),
    "network such as 203.0.113.0/24",
  )
    .optional()
    .meta({ description: networksDescription }),
  namespace: dnsName("a namespace's name")
    .optional()
    .meta({ description: "Namespace of this cluster in which it runs. Default: outside.", examples: ["keycloak"] }),
};

const host = hostName().meta({
  description: "Host name under which it is reached from outside, as expose says.",
  examples: ["chat.example.com"],
});

const expose = strictMap({
  kind: oneOf(["ingress", "httpRoute"]).meta({
    description: "An Ingress, or a route of the Gateway API.",
    examples: ["ingress"],
  }),
  controllerNamespace: dnsName("a namespace's name").meta({
    description: "Namespace of the controller that passes requests on, and of its Gateway: it alone may connect.",
    examples: ["ingress-nginx"],
  }),
  className: dnsName("an IngressClass or a Gateway")
    .optional()
    .meta({
      description: "IngressClass, or name of the Gateway. Default: the cluster's class; the Gateway named gateway.",
      examples: ["nginx"],
    }),
  tlsSecret: dnsName("a Secret's name")
    .optional()
    .meta({
      description: "Secret with the Ingress' certificate, in the service's namespace. Default: none, plain HTTP.",
      examples: ["chat-certificate"],
    }),
}).meta({ description: "How it is reached from outside; takes host. Default: not at all." });

const limits = strictMap({
  requestsPerMinute: wholeNumber(1)
    .optional()
    .meta({ description: "Requests in a minute. Default: any number.", examples: [600] }),
  tokensPerMinute: wholeNumber(1)
    .optional()
    .meta({ description: "Tokens of questions and answers in a minute. Default: any number.", examples: [200000] }),
  parallelRequests: wholeNumber(1)
    .optional()
    .meta({ description: "Requests at a time. Default: any number.", examples: [64] }),
});

/** `genai:gateway`: the one address for all models, with keys, limits and fallbacks. */
export const gatewaySchema = strictMap({
  pool: poolName,
  replicas: wholeNumber(1)
    .default(2)
    .meta({ description: "Replicas that always run.", examples: [3] }),
  maxReplicas: wholeNumber(1)
    .optional()
    .meta({ description: "Replicas that the autoscaler may add up to. Default: replicas.", examples: [6] }),
  host: host.optional(),
  expose: expose.optional(),
  timeoutSeconds: wholeNumber(1, 86_400)
    .optional()
    .meta({ description: "Seconds that a request may take. Default: derived; less is refused.", examples: [600] }),
  responseCacheSeconds: wholeNumber(0, 604_800)
    .default(0)
    .meta({
      description: "Seconds for which the same question gets the same answer without asking the model; 0: never.",
      examples: [3600],
    }),
  maximumBodyMebibytes: wholeNumber(1, 64)
    .default(8)
    .meta({
      description: "Largest body of a request, in MiB; a larger one gets 413. The memory of each replica follows.",
      examples: [16],
    }),
  guardrails: strictMap(
    Object.fromEntries(
      guardrailPatterns.map((pattern) => [
        pattern,
        oneOf(guardrailActions)
          .optional()
          .meta({ description: "Replaced by its name, or the request is refused. Default: left alone." }),
      ]),
    ) as Record<(typeof guardrailPatterns)[number], z.ZodOptional<z.ZodEnum<{ mask: "mask"; block: "block" }>>>,
  )
    .default({})
    .meta({
      description: "What becomes of addresses, numbers and keys in questions and answers, of all tenants.",
      examples: [{ email: "mask", credit_card: "block" }],
    }),
  limits: mapOf(limits, "tenant names to their limits")
    .default({})
    .meta({ description: "What each tenant may use, over all of its models and all replicas." }),
  fallbacks: mapOf(
    listOf(text("the name of a model"), "model").meta({
      description: "Models of the same tenant that answer in its place, in their order.",
      examples: [["draft"]],
    }),
    "model names to the models that stand in",
  )
    .default({})
    .meta({ description: "Models that answer when one cannot, in their order." }),
})
  .optional()
  .meta({ description: "The gateway in front of all models, in the namespace genai-gateway." });

/** `genai:ui`: the chat page. */
export const uiSchema = strictMap({
  tenant: text("the name of a tenant under genai:tenants").meta({
    derived: "the only tenant",
    description: "The tenant in whose namespace it runs, and whose models it offers.",
    examples: ["research"],
  }),
  pool: poolName,
  replicas: wholeNumber(1)
    .default(1)
    .meta({ description: "Replicas that run; more than one takes database.", examples: [2] }),
  administrator: textLike(/^[^\s@]+@[^\s@]+$/, "an e-mail address such as ada@example.com")
    .default("administrator@localhost")
    .meta({
      description: "E-mail address of the first account, whose password is generated.",
      examples: ["ada@example.com"],
    }),
  storage: quantity("storage", "10Gi")
    .optional()
    .meta({
      description: "Volume for accounts and chats. Default: none, they are lost with the Pod.",
      examples: ["10Gi"],
    }),
  database: strictMap({ ...secretKey.shape, ...whereabouts })
    .optional()
    .meta({
      description:
        "Secret of the tenant's namespace with the address of a PostgreSQL at port 5432; the platform does not make it. Default: SQLite.",
    }),
  openIdConnect: strictMap({
    clientId: text("the client's name at the provider").meta({
      description: "The client's name at the provider.",
      examples: ["chat-page"],
    }),
    clientSecret: secretKey.meta({
      description: "Secret of the tenant's namespace with the client's secret; the platform does not make it.",
    }),
    discoveryUrl: textLike(
      /^https:\/\/\S+$/,
      "an address such as https://login.example.com/.well-known/openid-configuration",
    ).meta({
      description: "Address of the provider's description of itself.",
      examples: ["https://login.example.com/.well-known/openid-configuration"],
    }),
    displayName: text("what the button says")
      .optional()
      .meta({ description: "What the button says. Default: Single sign-on.", examples: ["Example account"] }),
    ...whereabouts,
  })
    .optional()
    .meta({ description: "Sign-on by a provider of OpenID Connect. Default: accounts of its own." }),
  host: host.optional(),
  expose: expose.optional(),
})
  .optional()
  .meta({ description: "The chat page of a tenant, behind the gateway." });
