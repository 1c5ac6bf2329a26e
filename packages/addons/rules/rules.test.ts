import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { metricSources, type MetricSourceName } from "@genai/catalog";
import { assert } from "@genai/testing";
import { ownerOfSeries, seriesIn } from "../promql.ts";
import { allRules, isAlert, recordedSeries, rulesFor } from "./index.ts";
import { isRecordedWith } from "./recorded-with.ts";

const objectives = [
  { workload: "chat", namespace: "tenant-a", tenant: "a", startupSeconds: 600, timeToFirstTokenSeconds: 2 },
];
const args = { objectives, gpuDollarsPerHour: { a10: 1 }, namespace: "genai-addons" };
const groups = allRules(args);
const alerts = groups.flatMap(({ rules }) => rules.filter(isAlert));
const runbooks = join(import.meta.dirname, "../../../docs/runbooks");

describe("the rules", () => {
  it("read only series that the group's sources have at the pinned versions", () => {
    for (const { name, sources, rules } of groups) {
      for (const { expr } of rules) {
        for (const series of seriesIn(expr)) {
          const owner = ownerOfSeries(series);
          assert.ok(owner, `${name}: nobody has ${series}`);
          assert.ok(owner === "recorded" || sources.flat().includes(owner), `${name} needs ${owner} for ${series}`);
        }
      }
    }
  });

  it("build on recorded series that are there whenever they are", () => {
    const records = groups.flatMap(({ rules }) => rules.flatMap((rule) => (isAlert(rule) ? [] : [rule.record])));
    assert.deepEqual([...new Set(records)].toSorted(), Object.keys(recordedSeries).toSorted());
    for (const { name, sources, rules } of groups) {
      for (const series of rules.flatMap(({ expr }) => seriesIn(expr)).filter((each) => records.includes(each))) {
        assert.ok(isRecordedWith(sources, series), `${name} reads ${series}, which nobody may record`);
      }
    }
  });

  it("have each alert once, with severity, texts and a runbook page", () => {
    assert.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length);
    for (const { alert, annotations } of alerts) {
      assert.ok(annotations.summary && annotations.description, alert);
      assert.equal(annotations.runbook_url, `docs/runbooks/${alert}.md`);
      assert.ok(existsSync(join(runbooks, `${alert}.md`)), `docs/runbooks/${alert}.md is missing`);
    }
  });

  it("have no runbook without an alert, and none without its four parts", () => {
    const pages = readdirSync(runbooks).filter((page) => page !== "README.md");
    const names = alerts.map(({ alert }) => `${alert}.md`);
    assert.deepEqual(pages.toSorted(), names.toSorted());
    for (const page of pages) {
      const text = readFileSync(join(runbooks, page), "utf8");
      for (const part of ["## Meaning", "## Impact", "## Diagnosis", "## Fix"]) {
        assert.ok(text.includes(part), `${page} has no ${part}`);
      }
    }
  });

  it("cover everything where everything is deployed, and leave out what nobody measures", () => {
    const all = new Set(Object.keys(metricSources) as MetricSourceName[]);
    assert.equal(rulesFor(all, args).length, groups.length);
    const few = rulesFor(new Set<MetricSourceName>(["prometheus"]), args).map(({ name }) => name);
    assert.deepEqual(few, ["genai-stack-file", "monitoring"]);
  });

  it("link to where the runbooks are kept", () => {
    const [group] = rulesFor(new Set(["prometheus"]), {
      ...args,
      objectives: [],
      gpuDollarsPerHour: {},
      runbooks: "https://wiki.example.com/r",
    });
    const [rule] = group?.rules ?? [];
    assert.ok(rule && isAlert(rule));
    assert.equal(rule.annotations.runbook_url, "https://wiki.example.com/r/DeadMansSwitch.md");
  });
});
