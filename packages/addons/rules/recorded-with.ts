import type { MetricSourceName } from "@genai/catalog";
import { allRules, hasSources, isAlert, type NeededSources } from "./index.ts";

const groups = allRules({
  objectives: [
    { workload: "chat", namespace: "tenant-a", tenant: "a", startupSeconds: 600, timeToFirstTokenSeconds: 2 },
  ],
  gpuDollarsPerHour: { a10: 1 },
  namespace: "genai-addons",
});

/** For tests: whether some rule records a series in every deployment that has what is needed. */
export function isRecordedWith(needed: NeededSources, series: string): boolean {
  const recorders = groups.filter(({ rules }) => rules.some((rule) => !isAlert(rule) && rule.record === series));
  return choices(needed).every((deployed) => recorders.some(({ sources }) => hasSources(sources, deployed)));
}

/** Every way to deploy just what is needed. */
function choices(needed: NeededSources): Set<MetricSourceName>[] {
  return needed.reduce<Set<MetricSourceName>[]>(
    (sets, source) => sets.flatMap((set) => [source].flat().map((each) => new Set([...set, each]))),
    [new Set()],
  );
}
