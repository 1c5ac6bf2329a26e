import { strictMap } from "../fields.ts";
import { enabled } from "./enabled.ts";

/** `genai:addons.nodeFeatureDiscovery`. */
export const nodeFeatureDiscovery = strictMap({ enabled: enabled() })
  .prefault({})
  .meta({ description: "Node feature discovery, which labels nodes that have a GPU of NVIDIA's." });
