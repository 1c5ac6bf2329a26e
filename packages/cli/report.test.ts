import type { KubernetesObject } from "@genai/core";
import { assert } from "@genai/testing";
import { compareObjects } from "./object-diff.ts";
import { markdownReport, patchBudget, reportMarker } from "./report.ts";

const configMap = (name: string, data: Record<string, string>): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "tenant-a", name },
  data,
});
const preview = { changes: { create: 12 }, violations: 0, policyMessages: [], errors: [], steps: [] };

describe("compareObjects", () => {
  it("finds what was removed, changed and added, in that order", () => {
    const before = [configMap("gone", {}), configMap("kept", { a: "1" }), configMap("same", { x: "y" })];
    const after = [configMap("kept", { a: "2" }), configMap("new", {}), configMap("same", { x: "y" })];
    const found = compareObjects(before, after);
    assert.deepEqual(
      found.map(({ change, id }) => `${change} ${id}`),
      ["removed ConfigMap tenant-a/gone", "changed ConfigMap tenant-a/kept", "added ConfigMap tenant-a/new"],
    );
    assert.match(found[1]?.patch ?? "", /-\s+a: "1"\n\+\s+a: "2"/);
  });
});

describe("markdownReport", () => {
  it("puts the totals first and folds each stack", () => {
    const differences = compareObjects([configMap("one", { a: "1" })], [configMap("one", { a: "2" })]);
    const cost = { expected: 1234.4, change: -100, unknown: [] };
    const text = markdownReport([{ stack: "dev", differences, preview, cost }], "origin/main");
    assert.ok(text.startsWith(reportMarker));
    assert.match(text, /\| dev \| 0 \| 1 \| 0 \| passed \| 12 resources \| \$1,234 \(−\$100\) \|/);
    assert.match(text, /<summary>dev<\/summary>/);
  });

  it("says which policy was violated and why a preview failed", () => {
    const violated = { ...preview, violations: 1, policyMessages: ["[mandatory] probes: no probe"] };
    const text = markdownReport([{ stack: "prod", preview: violated, problem: "policy", differences: [] }], "main");
    assert.match(text, /\*\*1 violated\*\* \| \*\*failed\*\*/);
    assert.match(text, /- \[mandatory\] probes: no probe/);
  });

  it("names the pools whose price it does not know", () => {
    const cost = { expected: 10, change: 0, unknown: ["a30"] };
    assert.match(markdownReport([{ stack: "dev", preview, cost }], "main"), /\| \$10 \(±0\), without a30 \|/);
    assert.match(markdownReport([{ stack: "dev", preview }], "main"), /\| \? \|\n/);
  });

  it("stays within what a comment holds, naming what it leaves out", () => {
    const large = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`key${index}`, "value ".repeat(5)]));
    const differences = compareObjects([], [configMap("large", large), configMap("small", {})]);
    const text = markdownReport([{ stack: "dev", differences, preview }], "main");
    assert.ok(text.length < patchBudget + 5000);
    assert.match(text, /ConfigMap tenant-a\/large` \(too long to show here\)/);
  });

  it("says when nothing is affected", () => assert.match(markdownReport([], "main"), /No stack is affected/));
});
