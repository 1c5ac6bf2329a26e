import { z } from "zod";
import { badValue, strictMap } from "./fields.ts";

/** `genai:sandbox`: what the embedded cluster of `genai up` is; a cluster of the user's own knows nothing of it. */
export const sandboxSchema = strictMap({
  realNode: z
    .literal([true, false, "auto"], { error: ({ input }) => badValue(input, "true, false or auto") })
    .default("auto")
    .meta({
      description:
        "Whether the embedded cluster has a node that runs containers: auto where the machine can (Linux and root), true or the start fails, false for simulated nodes only.",
      examples: [false],
    }),
})
  .prefault({})
  .meta({ description: "The embedded cluster of `genai up`." });
