import { strictMap, textLike, wholeNumber, yesOrNo } from "../fields.ts";
import { enabled } from "./enabled.ts";

/** `genai:addons.openTelemetryCollector`. */
export const openTelemetryCollector = strictMap({
  enabled: enabled(false).meta({ description: "Whether the platform installs it." }),
  endpoint: textLike(
    /^[\w.-]+:\d{1,5}$/,
    "host and port of a server that takes OTLP over gRPC, such as tempo.tracing.svc:4317",
  )
    .optional()
    .meta({
      description: "Where traces go, over OTLP and gRPC. Default: nowhere, they are only counted.",
      examples: ["tempo.tracing.svc:4317"],
    }),
  insecure: yesOrNo().default(false).meta({ description: "Whether the way there is without TLS." }),
  samplingPercentage: wholeNumber(1, 100).default(100).meta({ description: "Percent of the traces that are kept." }),
  memoryMiB: wholeNumber(128, 65_536)
    .default(512)
    .meta({ description: "Memory of a replica in MiB, which it refuses traces to stay within." }),
})
  .prefault({})
  .meta({ description: "The OpenTelemetry collector, which takes traces and hands them on." });
