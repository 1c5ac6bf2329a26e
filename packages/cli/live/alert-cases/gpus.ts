import { type AlertCases, growing, values } from "./alert-case.ts";

const labels = { gpu: "3", UUID: "GPU-1", node: "a10-0", namespace: "tenant-a", pod: "chat-0" };
const text = Object.entries(labels)
  .map(([label, value]) => `${label}="${value}"`)
  .join(",");

/** The alerts of GPUs. */
export const gpuCases: AlertCases = {
  GpuXidError: {
    // 31 is a page fault that an application causes; 79 is a GPU that fell off the bus.
    series: { [`DCGM_FI_DEV_XID_ERRORS{${text}}`]: values([0, 5], [31, 10], [79, 10], [0, 10]) },
    at: { quiet: 10, firing: 20, resolved: 30 },
    labels,
  },
  GpuThrottled: {
    series: { [`DCGM_FI_DEV_THERMAL_VIOLATION{${text}}`]: growing([0, 10], [5000, 30], [0, 30]) },
    at: { quiet: 15, firing: 35, resolved: 60 },
    labels,
  },
  GpuMemoryFull: {
    series: {
      [`DCGM_FI_DEV_FB_USED{${text}}`]: values([20000, 10], [23990, 30], [20000, 20]),
      [`DCGM_FI_DEV_FB_FREE{${text}}`]: values([4000, 10], [10, 30], [4000, 20]),
    },
    at: { quiet: 20, firing: 35, resolved: 50 },
    labels,
  },
  GpuMemoryFailing: {
    series: { [`DCGM_FI_DEV_ROW_REMAP_FAILURE{${text}}`]: values([0, 10], [1, 10], [0, 10]) },
    at: { quiet: 5, firing: 15, resolved: 25 },
    labels,
  },
  GpuIdle: {
    series: { [`DCGM_FI_DEV_GPU_UTIL{${text}}`]: values([60, 30], [1, 160], [70, 30]) },
    at: { quiet: 80, firing: 180, resolved: 200 },
    labels,
  },
};
