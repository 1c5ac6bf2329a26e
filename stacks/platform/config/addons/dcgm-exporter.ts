import { strictMap, wholeNumber, yesOrNo } from "../fields.ts";
import { enabled } from "./enabled.ts";

/** `genai:addons.dcgmExporter`. */
export const dcgmExporter = strictMap({
  enabled: enabled(),
  profiling: yesOrNo()
    .default(true)
    .meta({ description: "Whether it also reads how busy tensor cores and memory are; needs Volta or newer." }),
  intervalSeconds: wholeNumber(1, 300).default(15).meta({ description: "Seconds between two readings." }),
  podLabels: yesOrNo().default(false).meta({
    description: "Whether metrics carry the labels of the Pods that use a GPU, at the price of more series.",
  }),
})
  .prefault({})
  .meta({ description: "NVIDIA's DCGM exporter, which publishes GPU metrics." });
