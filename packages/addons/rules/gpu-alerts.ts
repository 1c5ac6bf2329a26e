import { seriesOf } from "@genai/catalog";
import { recorded } from "./recorded.ts";
import { alertGroup, type RuleGroup } from "./rule.ts";

const dcgm = seriesOf("dcgm-exporter");

const gpu = "GPU {{ $labels.gpu }} of node {{ $labels.node }}";
const xid = dcgm("DCGM_FI_DEV_XID_ERRORS");

/**
 * Xids that an application causes, and that say nothing of the GPU: the ones that NVIDIA's device plugin leaves out of its health check
 * (internal/rm/health.go of k8s-device-plugin).
 */
const applicationXids = [13, 31, 43, 45, 68, 109];

/** Alerts of GPUs. */
export function gpuAlerts(runbooks: string): RuleGroup[] {
  return [
    alertGroup(
      "gpus",
      ["dcgm-exporter"],
      {
        GpuXidError: {
          expr: `${xid} > 0 unless (${applicationXids.map((code) => `${xid} == ${code}`).join(" or ")})`,
          severity: "critical",
          summary: `${gpu} reports an error`,
          description: "The driver's last error is Xid {{ $value }}; what runs on the GPU may hang or compute wrong.",
        },
        GpuThrottled: {
          expr: `increase(${dcgm("DCGM_FI_DEV_THERMAL_VIOLATION")}[5m]) > 0`,
          for: "10m",
          severity: "warning",
          summary: `${gpu} is too hot and slows down`,
          description: "It lowers its clock to stay below its temperature limit; models on it answer later.",
        },
        GpuMemoryFull: {
          expr: `${recorded("genai:gpu_memory_usage_ratio")} > 0.98`,
          for: "15m",
          severity: "warning",
          summary: `The memory of ${gpu} is full`,
          description: "{{ $value | humanizePercentage }} of it is in use; the next allocation may end the process.",
        },
        GpuMemoryFailing: {
          expr: `${dcgm("DCGM_FI_DEV_ROW_REMAP_FAILURE")} > 0`,
          severity: "critical",
          summary: `The memory of ${gpu} is broken`,
          description: "A faulty row of its memory could not be replaced by a spare one; the GPU has to be exchanged.",
        },
        GpuIdle: {
          expr: `max_over_time(${dcgm("DCGM_FI_DEV_GPU_UTIL", { pod: { not: "" } })}[1h]) < 5`,
          for: "1h",
          severity: "info",
          summary: `${gpu} is held and not used`,
          description:
            "Pod {{ $labels.pod }} of {{ $labels.namespace }} has held it for two hours and used at most {{ $value }} percent of it.",
        },
      },
      runbooks,
    ),
  ];
}
