import { seriesOf } from "@genai/catalog";
import { recorded } from "../../rules/index.ts";
import type { DashboardPage } from "./dashboard.ts";

const dcgm = seriesOf("dcgm-exporter");
const chosen = { node: { matches: "$node" } } as const;
const name = "{{node}} {{gpu}}";

/** Every GPU: how busy, how full, how hot, and what it complains of. */
export const gpus: DashboardPage = {
  uid: "genai-gpus",
  title: "GPUs",
  choices: [{ name: "node", label: "Node", query: "label_values(DCGM_FI_DEV_GPU_UTIL, node)" }],
  rows: {
    Work: [
      {
        title: "In use",
        unit: "percent",
        description: "Share of time in which something runs on the GPU; one request is enough for 100 %.",
        sources: ["dcgm-exporter"],
        queries: { [name]: dcgm("DCGM_FI_DEV_GPU_UTIL", chosen) },
      },
      {
        title: "Memory in use",
        unit: "percentunit",
        sources: ["dcgm-exporter"],
        queries: { [name]: recorded("genai:gpu_memory_usage_ratio", chosen) },
      },
    ],
    Health: [
      {
        title: "Temperature",
        unit: "celsius",
        sources: ["dcgm-exporter"],
        queries: { [name]: dcgm("DCGM_FI_DEV_GPU_TEMP", chosen) },
      },
      {
        title: "Power",
        unit: "watt",
        sources: ["dcgm-exporter"],
        queries: { [name]: dcgm("DCGM_FI_DEV_POWER_USAGE", chosen) },
      },
      {
        title: "Last error (Xid)",
        description: "0 is none. See the runbook GpuXidError.",
        sources: ["dcgm-exporter"],
        queries: { [name]: dcgm("DCGM_FI_DEV_XID_ERRORS", chosen) },
      },
      {
        title: "Throttled by temperature",
        description: "Growth in five minutes of the time in which the clock was lowered.",
        sources: ["dcgm-exporter"],
        queries: { [name]: `increase(${dcgm("DCGM_FI_DEV_THERMAL_VIOLATION", chosen)}[5m])` },
      },
      {
        title: "Clock",
        description: "Of the GPU's processors, in MHz.",
        sources: ["dcgm-exporter"],
        queries: { [name]: dcgm("DCGM_FI_DEV_SM_CLOCK", chosen) },
      },
      {
        title: "Replaced memory rows",
        description: "Rows replaced after errors that could not be corrected.",
        sources: ["dcgm-exporter"],
        queries: { [name]: dcgm("DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", chosen) },
      },
    ],
  },
};
