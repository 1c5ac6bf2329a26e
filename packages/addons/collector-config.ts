import type { OpenTelemetryCollectorConfiguration } from "./opentelemetry-collector.ts";

/** The collector's ports: OTLP over gRPC and HTTP, health, and its own metrics. */
export const collectorPorts = { grpc: 4317, http: 4318, health: 13133, metrics: 8888 } as const;

/** The part of the collector's configuration that the platform uses (opentelemetry.io/docs/collector/configuration). */
export interface CollectorConfig {
  extensions: { health_check: { endpoint: string } };
  receivers: { otlp: { protocols: Record<"grpc" | "http", { endpoint: string }> } };
  processors: {
    memory_limiter: { check_interval: string; limit_mib: number; spike_limit_mib: number };
    probabilistic_sampler?: { sampling_percentage: number };
    batch: { timeout: string; send_batch_size: number; send_batch_max_size: number };
  };
  exporters: {
    otlp?: { endpoint: string; tls: { insecure: boolean }; sending_queue: { queue_size: number } };
    debug?: { verbosity: "basic" };
  };
  service: {
    extensions: string[];
    pipelines: { traces: Record<"receivers" | "processors" | "exporters", string[]> };
    telemetry: { metrics: object };
  };
}

/** The collector's configuration; without an address to send to, traces are counted in its log and dropped. */
export function collectorConfig(args: Omit<OpenTelemetryCollectorConfiguration, "enabled">): CollectorConfig {
  const { endpoint, insecure, samplingPercentage, memoryMiB } = args;
  const everywhere = (port: number) => ({ endpoint: `0.0.0.0:${port}` });
  const samples = samplingPercentage < 100;
  // The limiter comes first: it refuses what memory has no room for, and clients send it again. It refuses from four fifths of the
  // memory less a fifth for what arrives between two looks, as the processor's documentation advises.
  const limit = Math.floor(memoryMiB * 0.8);
  return {
    extensions: { health_check: everywhere(collectorPorts.health) },
    receivers: {
      otlp: { protocols: { grpc: everywhere(collectorPorts.grpc), http: everywhere(collectorPorts.http) } },
    },
    processors: {
      memory_limiter: { check_interval: "1s", limit_mib: limit, spike_limit_mib: Math.floor(limit / 5) },
      ...(samples && { probabilistic_sampler: { sampling_percentage: samplingPercentage } }),
      batch: { timeout: "1s", send_batch_size: 1024, send_batch_max_size: 2048 },
    },
    exporters: endpoint
      ? { otlp: { endpoint, tls: { insecure }, sending_queue: { queue_size: 500 } } }
      : { debug: { verbosity: "basic" } },
    service: {
      extensions: ["health_check"],
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", ...(samples ? ["probabilistic_sampler"] : []), "batch"],
          exporters: [endpoint ? "otlp" : "debug"],
        },
      },
      telemetry: {
        metrics: {
          level: "normal",
          readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: collectorPorts.metrics } } } }],
        },
      },
    },
  };
}
