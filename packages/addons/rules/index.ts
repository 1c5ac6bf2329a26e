import type { MetricSourceName } from "@genai/catalog";
import { gpuAlerts } from "./gpu-alerts.ts";
import { modelAlerts } from "./model-alerts.ts";
import { platformAlerts } from "./platform-alerts.ts";
import { recordingGroups, type StackFacts } from "./recordings.ts";
import { hasSources, type RuleGroup } from "./rule.ts";
import { serviceAlerts } from "./service-alerts.ts";

export { recorded, recordedSeries, type RecordedName } from "./recorded.ts";
export { modelEngines, type StackFacts } from "./recordings.ts";
export {
  type AlertRule,
  hasSources,
  isAlert,
  type NeededSources,
  type RecordingRule,
  ruleFile,
  type RuleGroup,
  severities,
  type Severity,
} from "./rule.ts";
export { watchedComponents } from "./service-alerts.ts";

/** What the rules follow from. */
export interface RulesArgs extends StackFacts {
  /** Namespace of the add-ons. */
  namespace: string;
  /** Where the runbook pages are, without a slash at the end. @default `docs/runbooks` of this repository */
  runbooks?: string;
}

/** Every rule that the platform knows. */
export function allRules({ namespace, runbooks = "docs/runbooks", ...facts }: RulesArgs): RuleGroup[] {
  return [
    ...recordingGroups(facts),
    ...modelAlerts(runbooks),
    ...gpuAlerts(runbooks),
    ...serviceAlerts(runbooks),
    ...platformAlerts({ runbooks, namespace }),
  ].filter(({ rules }) => rules.length > 0);
}

/** The rules that can work where these sources are deployed: what nobody measures needs no rule, and would be quiet for ever. */
export function rulesFor(sources: ReadonlySet<MetricSourceName>, args: RulesArgs): RuleGroup[] {
  return allRules(args).filter((group) => hasSources(group.sources, sources));
}
