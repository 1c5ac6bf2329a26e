import { metricSources, type MetricSource, type MetricSourceName, seriesNames } from "@genai/catalog";
import { parser } from "@prometheus-io/lezer-promql";
import { recordedSeries } from "./rules/index.ts";

/**
 * The names of the series that a PromQL expression reads. For tests: the program itself builds expressions and parses none.
 * @throws {SyntaxError} If it is no PromQL.
 */
export function seriesIn(expression: string): string[] {
  const names = new Set<string>();
  parser.parse(expression).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new SyntaxError(`not PromQL at ${from}: ${expression}`);
      if (type.name === "VectorSelector") {
        const name = node.getChild("Identifier");
        if (!name) throw new SyntaxError(`a selector without a name at ${from}-${to}: ${expression}`);
        names.add(expression.slice(name.from, name.to));
      }
    },
  });
  return [...names];
}

const sourceOfSeries = new Map(
  Object.entries(metricSources as Record<string, MetricSource>).flatMap(([source, { metrics }]) =>
    Object.entries(metrics).flatMap(([name, metric]) =>
      seriesNames(name, metric).map((series) => [series, source as MetricSourceName] as const),
    ),
  ),
);

/** Whose series it is: a source of the catalogue, `recorded` for one of our own rules, or undefined for a name that nobody has. */
export function ownerOfSeries(name: string): MetricSourceName | "recorded" | undefined {
  return name in recordedSeries ? "recorded" : sourceOfSeries.get(name);
}
