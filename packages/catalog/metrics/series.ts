import type { metricSources, MetricSourceName, TargetLabel } from "./index.ts";
import type { Metric } from "./metric.ts";

/** What a label must be: a value, or one of the other three comparisons of PromQL. */
export type LabelMatcher = string | { not: string } | { matches: string } | { matchesNot: string };

type MetricsOf<Source extends MetricSourceName> = (typeof metricSources)[Source]["metrics"];

/** The time series of a source: a histogram has three names. */
type SeriesOf<Metrics> = {
  [
    Name in keyof Metrics & string as Metrics[Name] extends { type: "histogram" }
      ? `${Name}_bucket` | `${Name}_sum` | `${Name}_count`
      : Name
  ]: Metrics[Name];
};

type LabelOf<M> = (M extends { labels: readonly (infer Label extends string)[] } ? Label : never) | TargetLabel | "le";

/** Which of a metric's series are meant, by their labels. */
export type Matchers<Label extends string = string> = { readonly [L in Label]?: LabelMatcher };

/** Writes the selector of a series; a name or label that the source does not have is an error of the compiler. */
export type SelectSeries<Source extends MetricSourceName> = <const Name extends keyof SeriesOf<MetricsOf<Source>>>(
  name: Name,
  matchers?: Matchers<LabelOf<SeriesOf<MetricsOf<Source>>[Name]>>,
) => string;

/** How PromQL expressions name the series of a source: `seriesOf("vllm")("vllm:num_requests_waiting", { workload: "chat" })`. */
export function seriesOf<Source extends MetricSourceName>(_source: Source): SelectSeries<Source> {
  return (name, matchers = {}) => selector(name, matchers as Matchers);
}

/** A PromQL selector. */
export function selector(name: string, matchers: Matchers = {}): string {
  const parts = Object.entries(matchers).flatMap(([label, matcher]) =>
    matcher === undefined ? [] : [`${label}${comparison(matcher)}`],
  );
  return parts.length > 0 ? `${name}{${parts.join(",")}}` : name;
}

function comparison(matcher: LabelMatcher): string {
  if (typeof matcher === "string") return `=${JSON.stringify(matcher)}`;
  if ("not" in matcher) return `!=${JSON.stringify(matcher.not)}`;
  return "matches" in matcher ? `=~${JSON.stringify(matcher.matches)}` : `!~${JSON.stringify(matcher.matchesNot)}`;
}

/** Names of all series of a metric. */
export function seriesNames(name: string, { type }: Metric): string[] {
  return type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
