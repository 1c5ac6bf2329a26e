import { strictMap, wholeNumber } from "../fields.ts";
import { enabled } from "./enabled.ts";

/** `genai:addons.gpuFeatureDiscovery`. */
export const gpuFeatureDiscovery = strictMap({
  enabled: enabled(),
  intervalSeconds: wholeNumber(5, 3600)
    .default(60)
    .meta({ description: "Seconds between two looks at a node's GPUs." }),
})
  .prefault({})
  .meta({ description: "GPU feature discovery, which labels GPU nodes with product, memory and driver." });
