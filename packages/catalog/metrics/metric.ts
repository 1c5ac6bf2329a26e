/** How a metric behaves, as its `# TYPE` line says. A histogram's series end in `_bucket`, `_sum` and `_count`. */
export type MetricType = "counter" | "gauge" | "histogram";

/** A metric that rules, dashboards and scalers may use. */
export interface Metric {
  type: MetricType;
  /** Labels that its source puts on it; none where left out. Those of the target (`namespace`, `pod` …) come on top. */
  labels?: readonly string[];
}

/** What serves metrics: a program at the version that `images` pins, or the one that the cluster brings. */
export interface MetricSource {
  /** Version whose names these are; `cluster` where the cluster brings the program. */
  version: string;
  /** Where the names are from. */
  source: string;
  /** Its metrics by name: not all, those that something of the platform uses. */
  metrics: Readonly<Record<string, Metric>>;
}
