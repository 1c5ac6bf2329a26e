import type { MetricSourceName } from "@genai/catalog";

/** How soon somebody has to look: `critical` at once, `warning` today, `info` when there is time; `none` is the dead-man's switch. */
export const severities = ["critical", "warning", "info", "none"] as const;

/** How soon somebody has to look. */
export type Severity = (typeof severities)[number];

/** An alert rule of Prometheus' rule files. */
export interface AlertRule {
  alert: string;
  expr: string;
  /** How long the expression must hold. @default at once */
  for?: string;
  labels: { severity: Severity };
  annotations: { summary: string; description: string; runbook_url: string };
}

/** A recording rule of Prometheus' rule files: the result of `expr` becomes the series `record`. */
export interface RecordingRule {
  record: string;
  expr: string;
  labels?: Readonly<Record<string, string>>;
}

/** Sources whose metrics something reads: each of them, and of a list within the list any. */
export type NeededSources = readonly (MetricSourceName | readonly MetricSourceName[])[];

/** Whether all that something reads is measured. */
export function hasSources(needed: NeededSources, deployed: ReadonlySet<MetricSourceName>): boolean {
  return needed.every((source) => [source].flat().some((each) => deployed.has(each)));
}

/** Rules that need the same sources. */
export interface RuleGroup {
  name: string;
  /** Sources whose metrics the rules read; where one is not deployed, the group is left out. Not part of the rule file. */
  sources: NeededSources;
  rules: readonly (AlertRule | RecordingRule)[];
}

/** An alert as it is written down here; severity, runbook and text take their places by `alertGroup`. */
export interface Alert {
  expr: string;
  for?: string;
  severity: Severity;
  /** One line, with `{{ $labels.… }}`. */
  summary: string;
  /** What it means for users, with `{{ $value }}`. */
  description: string;
}

/** A group of alerts, by their names. @param runbooks Where the runbook pages are, without a slash at the end. */
export function alertGroup(
  name: string,
  sources: NeededSources,
  alerts: Readonly<Record<string, Alert>>,
  runbooks: string,
): RuleGroup {
  const rules = Object.entries(alerts).map(([alert, { expr, for: lasting, severity, summary, description }]) => ({
    alert,
    expr,
    ...(lasting && { for: lasting }),
    labels: { severity },
    annotations: { summary, description, runbook_url: `${runbooks}/${alert}.md` },
  }));
  return { name, sources, rules };
}

/** Whether a rule alerts. */
export function isAlert(rule: AlertRule | RecordingRule): rule is AlertRule {
  return "alert" in rule;
}

/** The content of a rule file, and of a PrometheusRule's `spec`. */
export function ruleFile(groups: readonly RuleGroup[]): { groups: Pick<RuleGroup, "name" | "rules">[] } {
  return { groups: groups.map(({ name, rules }) => ({ name, rules })) };
}
