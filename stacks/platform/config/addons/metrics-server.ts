import { strictMap, wholeNumber, yesOrNo } from "../fields.ts";
import { enabled } from "./enabled.ts";

/** `genai:addons.metricsServer`. */
export const metricsServer = strictMap({
  enabled: enabled(),
  insecureKubeletTls: yesOrNo().default(false).meta({
    description: "Whether it takes the word of kubelets whose certificates no authority of the cluster signed.",
  }),
  resolutionSeconds: wholeNumber(10, 300)
    .default(15)
    .meta({ description: "Seconds between two readings of every kubelet." }),
})
  .prefault({})
  .meta({ description: "metrics-server: what nodes and Pods use, for autoscalers and kubectl top." });
