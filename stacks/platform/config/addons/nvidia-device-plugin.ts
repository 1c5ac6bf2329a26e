import { labelKey, oneOf, strictMap, textLike, yesOrNo } from "../fields.ts";
import { defaultSharingSchema } from "../sharing-schema.ts";
import { enabled } from "./enabled.ts";

/** `genai:addons.nvidiaDevicePlugin`. */
export const nvidiaDevicePlugin = strictMap({
  enabled: enabled(),
  migStrategy: oneOf(["none", "single", "mixed"]).default("none").meta({
    description:
      "How MIG instances become resources on nodes that were split by hand; pools that are to be split say so.",
  }),
  sharing: defaultSharingSchema
    .default({ mode: "none" })
    .meta({ description: "Whether several Pods may use one GPU, in pools that say nothing themselves." }),
  runtimeClass: oneOf(["create", "existing", "none"])
    .default("create")
    .meta({ description: "Whether the RuntimeClass nvidia is made, exists already, or is not used." }),
  cdi: yesOrNo().default(false).meta({
    description: "Whether containers get GPUs by the Container Device Interface rather than an environment variable.",
  }),
  nodeLabel: textLike(labelKey, "a node label such as genai.platform/pool")
    .default("genai.platform/pool")
    .meta({
      description:
        "Node label that names a node's configuration, where pools share differently: each is called like its pool.",
      examples: ["nvidia.com/device-plugin.config"],
    }),
})
  .prefault({})
  .meta({ description: "The NVIDIA device plugin, which offers GPUs as nvidia.com/gpu." });
