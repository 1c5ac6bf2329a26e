import type { AddonConfigurations } from "@genai/addons";
import type { z } from "zod";
import { strictMap, yesOrNo } from "../fields.ts";
import { dcgmExporter } from "./dcgm-exporter.ts";
import { draDriver } from "./dra-driver.ts";
import { gpuFeatureDiscovery } from "./gpu-feature-discovery.ts";
import { metricsServer } from "./metrics-server.ts";
import { migManager } from "./mig-manager.ts";
import { monitoringAddonSchemas } from "./monitoring.ts";
import { nodeFeatureDiscovery } from "./node-feature-discovery.ts";
import { nvidiaDevicePlugin } from "./nvidia-device-plugin.ts";
import { openTelemetryCollector } from "./opentelemetry-collector.ts";

/** The schema of each add-on of the catalogue in `@genai/addons`; the type makes sure that none is missing. */
export const addonSchemas = {
  nodeFeatureDiscovery,
  nvidiaDevicePlugin,
  gpuFeatureDiscovery,
  dcgmExporter,
  migManager,
  draDriver,
  metricsServer,
  openTelemetryCollector,
} satisfies { [Key in keyof AddonConfigurations]: z.ZodType<AddonConfigurations[Key]> };

/** `genai:addons`: what the platform adds to the cluster itself. `enabled: false` adopts what the cluster already has. */
export const addonsSchema = strictMap({
  highAvailability: yesOrNo()
    .default(false)
    .meta({
      description: "Whether add-ons that can have several replicas have them, on different nodes.",
      examples: [true],
    }),
  ...addonSchemas,
  ...monitoringAddonSchemas,
})
  .prefault({})
  .meta({ description: "What the platform adds to the cluster itself." });
