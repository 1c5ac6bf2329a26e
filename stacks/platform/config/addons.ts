import type { AddonConfigurations } from "@genai/addons";
import { z } from "zod";
import { badValue, oneOf, strictMap, wholeNumber, yesOrNo } from "./fields.ts";

const sharing = z.discriminatedUnion(
  "mode",
  [
    strictMap({ mode: z.literal("none") }),
    strictMap({
      mode: z.literal("timeSlicing"),
      replicas: wholeNumber(2, 48),
      renameByDefault: yesOrNo().default(false),
      failRequestsGreaterThanOne: yesOrNo().default(true),
    }),
  ],
  { error: (issue) => badValue((issue.input as { mode?: unknown } | undefined)?.mode, "one of none, timeSlicing") },
);

const nvidiaDevicePlugin = strictMap({
  enabled: yesOrNo().default(true),
  migStrategy: oneOf(["none", "single", "mixed"]).default("none"),
  sharing: sharing.default({ mode: "none" }),
  runtimeClass: oneOf(["create", "existing", "none"]).default("create"),
});

/** The schema of each add-on of the catalogue in `@genai/addons`; the type makes sure that none is missing. */
const addonSchemas = { nvidiaDevicePlugin: nvidiaDevicePlugin.prefault({}) } satisfies {
  [Key in keyof AddonConfigurations]: z.ZodType<AddonConfigurations[Key]>;
};

/** `genai:addons`: what the platform adds to the cluster itself. `enabled: false` adopts what the cluster already has. */
export const addonsSchema = strictMap(addonSchemas).prefault({});
