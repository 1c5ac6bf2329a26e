import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { allRules, isAlert, recorded, ruleFile } from "@genai/addons";
import { resolveMonitoringTools } from "@genai/sandbox";
import { assert, temporaryDirectory } from "@genai/testing";
import { execa } from "execa";
import { alertCases } from "./alert-cases/index.ts";

const objectives = [
  { workload: "chat", namespace: "tenant-a", tenant: "a", startupSeconds: 600, timeToFirstTokenSeconds: 2 },
];
const dollars = 1.25;
const groups = allRules({ objectives, gpuDollarsPerHour: { a10: dollars }, namespace: "genai-addons" });
const alerts = groups.flatMap(({ rules }) => rules.filter(isAlert));

describe("the alert rules, in Prometheus' own promtool", function () {
  this.timeout(900_000);
  let promtool: string;
  const directory = temporaryDirectory("rules");

  const run = async (...args: string[]) => {
    const { exitCode, all } = await execa(promtool, args, { cwd: directory, reject: false, all: true });
    assert.equal(exitCode, 0, all);
    return all;
  };

  before(async () => {
    promtool = (await resolveMonitoringTools({ tools: ["promtool"] })).promtool.path;
    writeFileSync(join(directory, "rules.yaml"), JSON.stringify(ruleFile(groups)));
    // promtool compares the texts of an alert too; here its moments and labels are of interest.
    const bare = groups.map(({ name, rules }) => ({
      name,
      rules: rules.map((rule) => (isAlert(rule) ? { ...rule, annotations: undefined } : rule)),
    }));
    writeFileSync(join(directory, "bare-rules.yaml"), JSON.stringify({ groups: bare }));
  });

  it("are all well formed", async () => {
    assert.match(await run("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"), /SUCCESS: \d+ rules found/);
  });

  it("have a case each", () => {
    assert.deepEqual(Object.keys(alertCases).toSorted(), alerts.map(({ alert }) => alert).toSorted());
  });

  it("record what a tenant's GPUs cost, and whose Pods and namespaces are", async () => {
    const series = {
      'kube_namespace_labels{namespace="tenant-a",label_genai_platform_tenant="a"}': "1x20",
      'kube_node_labels{node="a10-0",label_genai_platform_pool="a10"}': "1x20",
      'kube_pod_container_resource_requests{namespace="tenant-a",pod="chat-0",container="vllm",node="a10-0",resource="nvidia_com_gpu"}':
        "2x20",
      'kube_pod_status_phase{namespace="tenant-a",pod="chat-0",phase="Running"}': "1x20",
      // A finished Pod holds nothing.
      'kube_pod_container_resource_requests{namespace="tenant-a",pod="job-0",container="job",node="a10-0",resource="nvidia_com_gpu"}':
        "1x20",
      'kube_pod_status_phase{namespace="tenant-a",pod="job-0",phase="Running"}': "0x20",
      'kube_pod_labels{namespace="tenant-a",pod="chat-0",label_app_kubernetes_io_instance="chat",label_app_kubernetes_io_component="inference",label_genai_platform_tenant="a"}':
        "1x20",
    };
    const sample = (expr: string, labels: string, value: number) => ({
      expr,
      eval_time: "10m",
      exp_samples: [{ labels: `${expr}${labels}`, value }],
    });
    const test = {
      interval: "1m",
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        sample(recorded("genai:tenant_gpus"), '{namespace="tenant-a",tenant="a"}', 2),
        sample(recorded("genai:tenant_dollars_per_hour"), '{namespace="tenant-a",tenant="a"}', 2 * dollars),
        sample(
          recorded("genai:pod_workload"),
          '{namespace="tenant-a",pod="chat-0",workload="chat",component="inference",tenant="a"}',
          1,
        ),
      ],
    };
    const file = join(directory, "recordings.yaml");
    writeFileSync(file, JSON.stringify({ rule_files: ["rules.yaml"], evaluation_interval: "1m", tests: [test] }));
    await run("test", "rules", file);
  });

  for (const { alert, labels, annotations } of alerts) {
    const { series = {}, otherSeries, at, labels: ownLabels = {} } = alertCases[alert] ?? {};
    it(`${alert} fires when it must, and neither before nor after`, async () => {
      assert.ok(at);
      const expect = (minute: number | "never", fires: boolean) =>
        minute === "never"
          ? []
          : [
              {
                eval_time: `${minute}m`,
                alertname: alert,
                exp_alerts: fires ? [{ exp_labels: { ...labels, ...ownLabels } }] : [],
              },
            ];
      const tests = [series, ...(otherSeries ? [otherSeries] : [])].map((each) => ({
        interval: "1m",
        input_series: Object.entries(each).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [...expect(at.quiet, false), ...expect(at.firing, true), ...expect(at.resolved, false)],
      }));
      const file = join(directory, `${alert}.yaml`);
      writeFileSync(file, JSON.stringify({ rule_files: ["bare-rules.yaml"], evaluation_interval: "1m", tests }));
      await run("test", "rules", file);
    });

    it(`${alert} speaks only of labels that it has`, () => {
      const spoken = [
        ...Object.values(annotations)
          .join()
          .matchAll(/\$labels\.(\w+)/g),
      ].map(([, label]) => label);
      const unknown = spoken.filter((label) => label !== undefined && !(label in ownLabels));
      assert.deepEqual(unknown, []);
    });
  }
});
