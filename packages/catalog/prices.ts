/** What one GPU costs for an hour, in US dollars, with its share of the machine around it. */
export interface GpuPrice {
  onDemand: number;
  /** Undefined where the source has none. */
  spot?: number;
  /** Where and when it was read. */
  source: string;
}

/** Hours of a month: 365 days of 24 hours in 12 months. */
export const hoursPerMonth = 730;

/** When most of the prices below were read, which a user must see beside every sum. */
export const pricesReadOn = "2026-11-24";

const skypilot = (file: string, offer: string) =>
  `${offer}, in skypilot-org/skypilot-catalog ${file}, read ${pricesReadOn}`;
const nebius = skypilot("v7/nebius/vms.csv at 22fd1fe", "Nebius");
const lambda = skypilot("v7/lambda/vms.csv at 1158013", "Lambda");
const runpod = skypilot("v6/runpod/vms.csv at 098741e", "RunPod Secure Cloud");
const shadeform = (offer: string) => skypilot("v7/shadeform/vms.csv at 1e84987", `${offer} through Shadeform`);

const modal = "Modal, serverless: modal.com/pricing, as a SkyPilot catalogue module quotes it, read 2026-06-25";

/** Prices by the catalogue's GPU name. They are typical, not the cheapest; `pricePerGpuHour` of a pool replaces them. */
export const gpuPrices: Readonly<Record<string, GpuPrice>> = {
  T4: { onDemand: 0.59, source: modal },
  "V100-32GB": { onDemand: 2.34, source: shadeform("Paperspace") },
  A10: { onDemand: 0.75, source: lambda },
  A16: { onDemand: 0.51, source: shadeform("Vultr, 2.05 for 4") },
  A40: { onDemand: 0.79, spot: 0.49, source: runpod },
  "A100-40GB": { onDemand: 1.29, source: lambda },
  "A100-80GB": { onDemand: 1.79, source: lambda },
  "RTX-A6000": { onDemand: 0.79, spot: 0.49, source: runpod },
  L4: { onDemand: 0.44, source: runpod },
  L40S: { onDemand: 1.45, source: shadeform("Crusoe") },
  "RTX-4090": { onDemand: 0.74, spot: 0.49, source: runpod },
  "RTX-6000-Ada": { onDemand: 1.14, source: runpod },
  H100: { onDemand: 2.95, spot: 1.25, source: nebius },
  H200: { onDemand: 3.5, spot: 1.45, source: nebius },
  GH200: { onDemand: 1.49, source: lambda },
  "RTX-PRO-6000": { onDemand: 3.03, source: modal },
  B200: { onDemand: 5.5, source: nebius },
};

/** One virtual CPU with 4 GiB of memory for an hour, in US dollars. */
export const cpuPrice = {
  onDemand: 0.0248,
  source: skypilot("v7/nebius/vms.csv at 22fd1fe", "Nebius cpu-d3"),
} as const;
