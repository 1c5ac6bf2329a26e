import { mapOf, positiveNumber, strictMap, textLike, wholeNumber, yesOrNo } from "./fields.ts";

/** Oldest minor version of Kueue 0 with the API that the platform's objects are of. */
export const oldestKueue = 15;

const queue = strictMap({
  weight: positiveNumber("shares", 1000, "2")
    .default(1)
    .meta({ description: "Its part of what is lent, against that of other tenants.", examples: [2] }),
  gpus: mapOf(
    wholeNumber(0).meta({ description: "GPUs of that pool.", examples: [4] }),
    "pool names to numbers of GPUs",
  )
    .optional()
    .meta({
      description:
        "GPUs of each pool that are the tenant's own for batch work; none of a pool that is not named. Default: what its quota leaves beside its services at their largest, on every pool in proportion to what is free there.",
      examples: [{ a10: 4 }],
    }),
});

const kueue = strictMap({
  enabled: yesOrNo()
    .default(false)
    .meta({
      description: "Whether batch work waits in queues of the cluster's Kueue, which is not installed by this program.",
      examples: [true],
    }),
  version: textLike(/^0\.\d{1,2}$/, 'the minor version of Kueue, such as "0.17"')
    .optional()
    .meta({
      description: `Minor version of the cluster's Kueue; below 0.${oldestKueue} it is refused.`,
      examples: ["0.17"],
    }),
  tenants: mapOf(queue, "tenant names to what their queues have")
    .default({})
    .meta({ description: "What the queue of a tenant has; every tenant has one." }),
});

/** `genai:scheduling`: who uses GPUs when not all can. */
export const schedulingSchema = strictMap({
  kueue: kueue.prefault({}).meta({ description: "Queues of batch work, by Kueue." }),
})
  .prefault({})
  .meta({ description: "Who uses GPUs when not all can." });
