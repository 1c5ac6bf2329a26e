import { createRequire } from "node:module";
import type { MetricSourceName } from "@genai/catalog";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { hasSources, type NeededSources } from "../../rules/index.ts";

const require = createRequire(import.meta.url);

/** Grafana's own builders, loaded where a dashboard is built: a stack without Grafana need not wait for them. */
function builders() {
  const sdk = "@grafana/grafana-foundation-sdk";
  return {
    ...(require(`${sdk}/dashboard`) as typeof import("@grafana/grafana-foundation-sdk/dashboard")),
    ...(require(`${sdk}/prometheus`) as typeof import("@grafana/grafana-foundation-sdk/prometheus")),
    Stat: (require(`${sdk}/stat`) as typeof import("@grafana/grafana-foundation-sdk/stat")).PanelBuilder,
    TimeSeries: (require(`${sdk}/timeseries`) as typeof import("@grafana/grafana-foundation-sdk/timeseries"))
      .PanelBuilder,
  };
}

/** A graph, or a single number. */
export interface Panel {
  title: string;
  /** What it shows and when to worry; the text of its `i`. */
  description?: string;
  /** Grafana's name of the unit: `s`, `percentunit`, `currencyUSD`, `reqps`; a plain number where left out. */
  unit?: string;
  /** `number`: the latest value. @default graph */
  kind?: "graph" | "number";
  /** Sources that its queries read; where one is not deployed, the panel is left out. */
  sources: NeededSources;
  /** PromQL by what its lines are called, with `{{label}}`. */
  queries: Readonly<Record<string, string>>;
}

/** A page of panels. */
export interface DashboardPage {
  /** Part of its address; never changes. */
  uid: string;
  title: string;
  /** What can be chosen at its top: the values of a label of a series. @default nothing */
  choices?: readonly { name: string; label: string; query: string }[];
  /** Panels, in rows with a title. */
  rows: Readonly<Record<string, readonly Panel[]>>;
}

/** Name under which the data source is provisioned. */
export const dataSourceUid = "prometheus";

const dataSource = { type: "prometheus", uid: dataSourceUid };

/** The page as Grafana reads it, without the panels that nobody measures; undefined if none is left. */
export function buildDashboard(page: DashboardPage, deployed: ReadonlySet<MetricSourceName>): Dashboard | undefined {
  const rows = Object.entries(page.rows)
    .map(([title, panels]) => ({
      title,
      panels: panels.filter(({ sources }) => hasSources(sources, deployed)),
    }))
    .filter(({ panels }) => panels.length > 0);
  if (rows.length === 0) return undefined;
  const { DashboardBuilder, QueryVariableBuilder, RowBuilder, VariableRefresh, VariableSort } = builders();
  const builder = new DashboardBuilder(page.title)
    .uid(page.uid)
    .tags(["genai"])
    .readonly()
    .refresh("1m")
    .time({ from: "now-6h", to: "now" })
    .timezone("browser");
  for (const { name, label, query } of page.choices ?? []) {
    builder.withVariable(
      new QueryVariableBuilder(name)
        .label(label)
        .query(query)
        .datasource(dataSource)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc)
        .includeAll(true)
        .multi(true),
    );
  }
  for (const { title, panels } of rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panelOf(panel));
  }
  return builder.build();
}

function panelOf({ title, description, unit, kind = "graph", queries }: Panel) {
  const { DataqueryBuilder, Stat, TimeSeries } = builders();
  const builder = kind === "number" ? new Stat().span(6).height(4) : new TimeSeries().span(12).height(8).min(0);
  builder.title(title).datasource(dataSource);
  if (description) builder.description(description);
  if (unit) builder.unit(unit);
  for (const [index, [legend, expression]] of Object.entries(queries).entries()) {
    const reference = String.fromCharCode("A".charCodeAt(0) + index);
    const query = new DataqueryBuilder().refId(reference).expr(expression).legendFormat(legend).datasource(dataSource);
    builder.withTarget(kind === "number" ? query.instant() : query.range());
  }
  return builder;
}
