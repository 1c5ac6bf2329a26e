import { strictMap, textLike } from "../fields.ts";
import { enabled } from "./enabled.ts";

/** `genai:addons.draDriver`. */
export const draDriver = strictMap({
  enabled: enabled(false).meta({
    description: "Whether the platform installs it, in place of the device plugin; needs Kubernetes 1.34 or newer.",
  }),
  driverRoot: textLike(/^\/[\w./-]*$/, "an absolute path on the nodes such as /run/nvidia/driver")
    .default("/")
    .meta({
      description: "Where NVIDIA's driver is on the nodes: / if it is installed on them.",
      examples: ["/run/nvidia/driver"],
    }),
})
  .prefault({})
  .meta({ description: "NVIDIA's driver for dynamic resource allocation, the alternative to the device plugin." });
