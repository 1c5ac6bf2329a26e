import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alertmanagerFile, allRules, dashboardPages, externalMetrics, podMetrics } from "@genai/addons";
import { apiTokenMount } from "@genai/core";
import { type MonitoringToolName, type ResolvedTool, resolveMonitoringTools } from "@genai/sandbox";
import { assert, temporaryDirectory } from "@genai/testing";
import { execa } from "execa";
import { renderStack } from "../render.ts";
import { loadStackConfig } from "../stack-config.ts";
import { filesOf } from "./monitoring-files.ts";

const stacks = ["dev", "staging", "prod"];

describe("the monitoring of a stack, in the checkers of its own programs", function () {
  this.timeout(900_000);
  const directory = temporaryDirectory("monitoring");
  let tools: Record<MonitoringToolName, ResolvedTool>;

  const check = async (tool: MonitoringToolName, ...args: string[]) => {
    const { exitCode, all } = await execa(tools[tool].path, args, { cwd: directory, reject: false, all: true });
    assert.equal(exitCode, 0, all);
    return all;
  };

  before(async () => {
    tools = await resolveMonitoringTools();
    for (const file of ["token", "ca.crt"]) writeFileSync(join(directory, file), "");
  });

  for (const stack of stacks) {
    it(`Prometheus takes the configuration of ${stack}, promtool says`, async () => {
      const { "prometheus.yaml": config = "", "rules.yaml": rules = "" } = filesOf(
        await renderStack(loadStackConfig(stack), stack),
        "prometheus",
      );
      mkdirSync(join(directory, stack));
      writeFileSync(join(directory, stack, "rules.yaml"), rules);
      const here = config
        .replaceAll("/etc/prometheus", join(directory, stack))
        .replaceAll(apiTokenMount.mountPath, directory);
      writeFileSync(join(directory, stack, "prometheus.yaml"), here);
      const answer = await check(
        "promtool",
        "check",
        "config",
        "--lint=all",
        "--lint-fatal",
        `${stack}/prometheus.yaml`,
      );
      assert.match(answer, /SUCCESS: .*prometheus\.yaml is valid/);
      assert.match(answer, /SUCCESS: \d+ rules found/);
    });

    it(`Alertmanager takes the configuration of ${stack}, amtool says`, async () => {
      const { "alertmanager.yaml": config = "" } = filesOf(
        await renderStack(loadStackConfig(stack), stack),
        "alertmanager",
      );
      writeFileSync(join(directory, "alertmanager.yaml"), config);
      assert.match(await check("amtool", "check-config", "alertmanager.yaml"), /SUCCESS/);
    });
  }

  it("parses every expression of rules, dashboards and adapter, by Prometheus' own parser", async () => {
    const rules = allRules({ objectives: [], gpuDollarsPerHour: {}, namespace: "genai-addons" });
    const panels = dashboardPages.flatMap((page) => Object.values(page.rows).flat());
    const offered = Object.values({ ...externalMetrics, ...podMetrics }).map(({ series, query }) =>
      query
        .replaceAll("<<.Series>>", series.replace(/\{.*/, ""))
        .replaceAll("<<.LabelMatchers>>", 'namespace="a"')
        .replaceAll("<<.GroupBy>>", "pod"),
    );
    const expressions = [
      ...rules.flatMap((group) => group.rules.map(({ expr }) => expr)),
      ...panels.flatMap(({ queries }) => Object.values(queries)),
      ...offered,
    ];
    const group = { name: "all", rules: expressions.map((expr, index) => ({ record: `expression:${index}`, expr })) };
    writeFileSync(join(directory, "expressions.yaml"), JSON.stringify({ groups: [group] }));
    const answer = await check("promtool", "check", "rules", "--lint=none", "expressions.yaml");
    assert.match(answer, new RegExp(`SUCCESS: ${expressions.length} rules found`));
  });

  describe("routes", () => {
    const file = alertmanagerFile({
      oncall: receiver({ kind: "pagerduty", severities: ["critical"] }),
      everything: receiver({ kind: "slack", severities: ["critical", "warning", "info"], channel: "#genai" }),
      research: receiver({ kind: "webhook", severities: ["critical", "warning"], tenants: ["research"] }),
      outside: receiver({ kind: "webhook", severities: ["critical"], deadMansSwitch: true }),
    });
    const cases: [labels: string[], receivers: string][] = [
      [["severity=critical", "alertname=NodeNotReady", "node=a10-0"], "oncall,everything"],
      [["severity=warning", "alertname=TargetDown"], "everything"],
      [["severity=critical", "alertname=ModelErrorRateHigh", "tenant=research"], "oncall,everything,research"],
      [["severity=warning", "alertname=ModelQueueTimeHigh", "tenant=support"], "everything"],
      [["severity=info", "alertname=TenantNearQuota", "tenant=research"], "everything"],
      [["severity=none", "alertname=DeadMansSwitch"], "outside"],
    ];
    before(() => writeFileSync(join(directory, "routes.yaml"), JSON.stringify(file)));

    for (const [labels, receivers] of cases) {
      it(`${labels.join(" ")} goes to ${receivers}`, async () => {
        const expected = `--verify.receivers=${receivers}`;
        await check("amtool", "config", "routes", "test", "--config.file=routes.yaml", expected, ...labels);
      });
    }

    it("nobody is told where nobody asked", async () => {
      writeFileSync(join(directory, "empty.yaml"), JSON.stringify(alertmanagerFile({})));
      assert.match(await check("amtool", "check-config", "empty.yaml"), /SUCCESS/);
      const routes = ["config", "routes", "test", "--config.file=empty.yaml", "--verify.receivers=nobody"];
      await check("amtool", ...routes, "severity=critical");
    });

    function receiver(changes: Partial<Parameters<typeof alertmanagerFile>[0][string]>) {
      const secret = { name: "secret", key: "key" };
      const severities = ["critical"] as const;
      return { kind: "slack" as const, secret, severities, deadMansSwitch: false, ...changes };
    }
  });
});
