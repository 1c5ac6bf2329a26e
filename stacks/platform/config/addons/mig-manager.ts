import { strictMap, yesOrNo } from "../fields.ts";
import { enabled } from "./enabled.ts";

/** `genai:addons.migManager`. */
export const migManager = strictMap({
  enabled: enabled(false).meta({
    description: "Whether the platform installs it. Default: where a pool has the sharing mode migSingle or migMixed.",
  }),
  rebootNodes: yesOrNo()
    .default(false)
    .meta({ description: "Whether it may reboot a node whose GPUs cannot change their mode without." }),
})
  .prefault({})
  .meta({ description: "NVIDIA's MIG manager, which splits the GPUs of pools that ask for it." });
