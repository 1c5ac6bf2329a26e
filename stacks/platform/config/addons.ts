import type { AddonConfigurations } from "@genai/addons";
import { z } from "zod";
import { monitoringAddonSchemas } from "./addons/monitoring.ts";
import { badValue, oneOf, strictMap, wholeNumber, yesOrNo } from "./fields.ts";

const modeIs = <const Mode extends string>(mode: Mode) =>
  z.literal(mode).meta({ description: "How several Pods share one GPU, if at all.", examples: ["timeSlicing"] });

const sharing = z.discriminatedUnion(
  "mode",
  [
    strictMap({ mode: modeIs("none") }),
    strictMap({
      mode: modeIs("timeSlicing"),
      replicas: wholeNumber(2, 48).meta({ description: "Pods that share one GPU.", examples: [4] }),
      renameByDefault: yesOrNo()
        .default(false)
        .meta({ description: "Whether shared GPUs are the resource nvidia.com/gpu.shared." }),
      failRequestsGreaterThanOne: yesOrNo().default(true).meta({
        description: "Whether a Pod that asks for more than one shared GPU is refused: it would get no more of it.",
      }),
    }),
  ],
  {
    error: ({ input }) =>
      typeof input === "object" && input !== null && !Array.isArray(input)
        ? badValue((input as { mode?: unknown }).mode, "one of none, timeSlicing")
        : badValue(input, "a map with the key mode, one of none, timeSlicing"),
  },
);

const nvidiaDevicePlugin = strictMap({
  enabled: yesOrNo()
    .default(true)
    .meta({ description: "Whether the platform installs it; false where the cluster already has one." }),
  migStrategy: oneOf(["none", "single", "mixed"])
    .default("none")
    .meta({ description: "How MIG instances become resources." }),
  sharing: sharing.default({ mode: "none" }).meta({ description: "Whether several Pods may use one GPU." }),
  runtimeClass: oneOf(["create", "existing", "none"])
    .default("create")
    .meta({ description: "Whether the RuntimeClass nvidia is made, exists already, or is not used." }),
});

/** The schema of each add-on of the catalogue in `@genai/addons`; the type makes sure that none is missing. */
const addonSchemas = {
  nvidiaDevicePlugin: nvidiaDevicePlugin
    .prefault({})
    .meta({ description: "The NVIDIA device plugin, which offers GPUs as nvidia.com/gpu." }),
} satisfies {
  [Key in keyof AddonConfigurations]: z.ZodType<AddonConfigurations[Key]>;
};

/** `genai:addons`: what the platform adds to the cluster itself. `enabled: false` adopts what the cluster already has. */
export const addonsSchema = strictMap({ ...addonSchemas, ...monitoringAddonSchemas })
  .prefault({})
  .meta({ description: "What the platform adds to the cluster itself." });
