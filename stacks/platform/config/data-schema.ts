import type { z } from "zod";
import { hostName, listOf, mapOf, strictMap, text, wholeNumber } from "./fields.ts";

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
  gateway: gatewaySchema,
  ui: uiSchema,
} as const satisfies Record<string, z.ZodType>;
