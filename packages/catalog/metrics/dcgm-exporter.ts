import type { MetricSource } from "./metric.ts";

/** Labels of the GPU, and of the Pod that holds it, where one does. */
const perGpu = [
  "gpu",
  "UUID",
  "device",
  "modelName",
  "Hostname",
  "pci_bus_id",
  "namespace",
  "pod",
  "container",
] as const;

/** NVIDIA's DCGM exporter: the counters that its collectors file must name. Memory is in MiB, violations are in microseconds. */
export const dcgmExporter = {
  version: "4.6.1-4.8.4",
  source: "NVIDIA/dcgm-exporter: etc/default-counters.csv, where the two violations stand as comments",
  metrics: {
    DCGM_FI_DEV_SM_CLOCK: { type: "gauge", labels: perGpu },
    DCGM_FI_DEV_GPU_TEMP: { type: "gauge", labels: perGpu },
    DCGM_FI_DEV_POWER_USAGE: { type: "gauge", labels: perGpu },
    DCGM_FI_DEV_GPU_UTIL: { type: "gauge", labels: perGpu },
    DCGM_FI_DEV_FB_FREE: { type: "gauge", labels: perGpu },
    DCGM_FI_DEV_FB_USED: { type: "gauge", labels: perGpu },
    DCGM_FI_DEV_XID_ERRORS: { type: "gauge", labels: perGpu },
    DCGM_FI_DEV_POWER_VIOLATION: { type: "counter", labels: perGpu },
    DCGM_FI_DEV_THERMAL_VIOLATION: { type: "counter", labels: perGpu },
    DCGM_FI_DEV_ROW_REMAP_FAILURE: { type: "gauge", labels: perGpu },
    DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS: { type: "counter", labels: perGpu },
  },
} as const satisfies MetricSource;
