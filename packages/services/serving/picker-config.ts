import { engines } from "@genai/catalog";

/** Directory and file of the picker's configuration. */
export const pickerConfiguration = { directory: "/etc/genai/picker", file: "picker.yaml" } as const;

/** An engine whose Pods a picker can choose between. */
export type PickedEngine = "vllm" | "sglang";

/**
 * The configuration of the endpoint picker, version 1.5.0. The scorers and their weights are the defaults of its project's chart.
 * From 1.5.0 on it takes the names of metrics here alone and refuses to start with the flags of old; a replica whose `/metrics` lacks a
 * metric that is named gets no request.
 */
export function pickerConfigurationText(engine: PickedEngine): string {
  const weights = { "queue-scorer": 2, "kv-cache-utilization-scorer": 2, "prefix-cache-scorer": 3 };
  const configuration = {
    apiVersion: "inference.networking.x-k8s.io/v1alpha1",
    kind: "EndpointPickerConfig",
    plugins: [
      ...Object.keys(weights).map((type) => ({ type })),
      { type: "metrics-data-source", parameters: { scheme: "http", path: engines[engine].metricsPath } },
      {
        type: "core-metrics-extractor",
        parameters: { defaultEngine: engine, engineConfigs: [{ name: engine, ...metricsRead(engine) }] },
      },
    ],
    schedulingProfiles: [
      {
        name: "default",
        plugins: Object.entries(weights).map(([pluginRef, weight]) => ({ pluginRef, weight })),
      },
    ],
  };
  // JSON is YAML.
  return `${JSON.stringify(configuration, undefined, 2)}\n`;
}

/** Names of the engine's metrics by the picker's names for what they measure; an empty one is not read. */
function metricsRead(engine: PickedEngine) {
  const { metrics } = engines[engine];
  return {
    queuedRequestsSpec: metrics.requestsWaiting,
    runningRequestsSpec: metrics.requestsRunning,
    kvUsageSpec: metrics.keyValueCacheUsage,
    // Which adapters a replica has loaded: vLLM says nothing before the first request, which would then never come. Every replica
    // has all of its adapters anyway.
    loraSpec: "",
    cacheInfoSpec: "cacheConfiguration" in metrics ? metrics.cacheConfiguration : "",
  };
}
