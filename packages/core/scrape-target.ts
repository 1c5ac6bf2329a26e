import type { MetricSourceName } from "@genai/catalog";

/**
 * Pods that serve Prometheus metrics. A component says it once; scrape job, PodMonitor and the edge of a NetworkPolicy follow from it,
 * so that none is forgotten and no label is mistyped.
 */
export interface ScrapeTarget {
  /** Name of the scrape job: value of the label `job`. Targets of one job differ in their namespace or labels only. */
  job: string;
  /** Whose metric names these are, by its name in the catalogue: `vllm`, `dcgm-exporter`. */
  source: MetricSourceName;
  /** Plain, because permissions to find the Pods there follow from it, and with them which objects exist. */
  namespace: string;
  /** Labels of the Pods, the same object that selects them elsewhere. */
  selector: Readonly<Record<string, string>>;
  /** Name of the container port. */
  port: string;
  /** @default /metrics */
  path?: string;
  /** @default http */
  scheme?: "http" | "https";
  /**
   * Whoever reaches the port may read: Prometheus does not say who it is, above all not with its own token.
   * @default false: over HTTPS it shows its token
   */
  anonymous?: boolean;
  /**
   * The metrics are about other Pods and say themselves which: the labels `namespace`, `pod` and `container` of this one are not put
   * on them.
   * @default false
   */
  aboutOthers?: boolean;
}

/** Who may read the metrics of a component: a Prometheus, and how it finds its targets. */
export interface Scraper {
  /** Its namespace. */
  namespace: string;
  /** Labels of its Pods. @default every Pod of the namespace */
  pods?: Readonly<Record<string, string>>;
  /** Whether it finds Pods by annotations `prometheus.io/…`, as one without a configuration of ours does. @default false */
  byAnnotations?: boolean;
}
