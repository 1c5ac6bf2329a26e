/** A field of NVIDIA's DCGM that the exporter publishes as a Prometheus metric of the same name. */
export interface DcgmCounter {
  field: string;
  type: "gauge" | "counter";
  /** Unit first, as the metric's help text. */
  help: string;
  /** Needs the profiling module: a data-centre GPU, Volta or newer. */
  profiling?: boolean;
}

/**
 * The counters that the platform's exporter publishes: what its alerts and dashboards ask for, and no more, since every field costs
 * memory on every node. Fields and units: NVIDIA/dcgm-exporter, etc/default-counters.csv at 00d6d34 and dcp-metrics-included.csv.
 */
export const dcgmCounters: readonly DcgmCounter[] = [
  { field: "DCGM_FI_DEV_SM_CLOCK", type: "gauge", help: "MHz of the streaming multiprocessors" },
  { field: "DCGM_FI_DEV_MEM_CLOCK", type: "gauge", help: "MHz of the memory" },
  { field: "DCGM_FI_DEV_GPU_TEMP", type: "gauge", help: "Degrees Celsius of the GPU" },
  { field: "DCGM_FI_DEV_MEMORY_TEMP", type: "gauge", help: "Degrees Celsius of the memory" },
  { field: "DCGM_FI_DEV_POWER_USAGE", type: "gauge", help: "Watts drawn" },
  { field: "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", type: "counter", help: "Millijoules since the driver started" },
  { field: "DCGM_FI_DEV_GPU_UTIL", type: "gauge", help: "Percent of the time in which a kernel ran" },
  {
    field: "DCGM_FI_DEV_MEM_COPY_UTIL",
    type: "gauge",
    help: "Percent of the time in which memory was read or written",
  },
  { field: "DCGM_FI_DEV_FB_USED", type: "gauge", help: "MiB of memory in use" },
  { field: "DCGM_FI_DEV_FB_FREE", type: "gauge", help: "MiB of memory free" },
  { field: "DCGM_FI_DEV_XID_ERRORS", type: "gauge", help: "Number of the last Xid error, 0 if there was none" },
  {
    field: "DCGM_FI_DEV_CLOCK_THROTTLE_REASONS",
    type: "gauge",
    help: "Bits that say why the clocks are below their best",
  },
  { field: "DCGM_FI_DEV_POWER_VIOLATION", type: "counter", help: "Microseconds throttled for power" },
  { field: "DCGM_FI_DEV_THERMAL_VIOLATION", type: "counter", help: "Microseconds throttled for heat" },
  {
    field: "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL",
    type: "counter",
    help: "Double-bit memory errors since the driver started",
  },
  {
    field: "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS",
    type: "counter",
    help: "Memory rows replaced after uncorrectable errors",
  },
  { field: "DCGM_FI_DEV_ROW_REMAP_FAILURE", type: "gauge", help: "1 if a memory row could not be replaced" },
  { field: "DCGM_FI_DEV_PCIE_REPLAY_COUNTER", type: "counter", help: "Repeated transfers over PCI Express" },
  { field: "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL", type: "counter", help: "Transfers over NVLink, all lanes" },
  {
    field: "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
    type: "gauge",
    help: "Share of the time in which the compute engine was active",
    profiling: true,
  },
  {
    field: "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE",
    type: "gauge",
    help: "Share of the cycles in which the tensor cores were active",
    profiling: true,
  },
  {
    field: "DCGM_FI_PROF_DRAM_ACTIVE",
    type: "gauge",
    help: "Share of the cycles in which memory was read or written",
    profiling: true,
  },
];
