import type * as pulumi from "@pulumi/pulumi";

/**
 * Pods that serve Prometheus metrics. A component says it once; scrape job, PodMonitor and the edge of a NetworkPolicy follow from it,
 * so that none is forgotten and no label is mistyped.
 */
export interface ScrapeTarget {
  /** Name of the scrape job, unique in a stack: value of the label `job`. */
  job: string;
  /** Whose metric names these are, by its name in the catalogue: `vllm`, `dcgm-exporter`. */
  source: string;
  namespace: pulumi.Input<string>;
  /** Labels of the Pods, the same object that selects them elsewhere. */
  selector: Readonly<Record<string, string>>;
  /** Name of the container port. */
  port: string;
  /** @default /metrics */
  path?: string;
  /** @default http */
  scheme?: "http" | "https";
}
