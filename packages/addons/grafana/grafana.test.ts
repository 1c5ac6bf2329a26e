import { metricSources, type MetricSourceName } from "@genai/catalog";
import { assert } from "@genai/testing";
import { ownerOfSeries, seriesIn } from "../promql.ts";
import { isRecordedWith } from "../rules/recorded-with.ts";
import { dashboardFiles, dashboardPages } from "./dashboards/index.ts";
import { grafanaObjects } from "./grafana.ts";

const everything = new Set(Object.keys(metricSources) as MetricSourceName[]);
const panels = dashboardPages.flatMap(({ uid, rows }) =>
  Object.values(rows)
    .flat()
    .map((panel) => ({ uid, ...panel })),
);

describe("the dashboards", () => {
  it("read only series that a panel's sources have at the pinned versions", () => {
    for (const { uid, title, sources, queries } of panels) {
      for (const series of Object.values(queries).flatMap(seriesIn)) {
        const owner = ownerOfSeries(series);
        assert.ok(owner, `${uid}, ${title}: nobody has ${series}`);
        const isThere = owner === "recorded" ? isRecordedWith(sources, series) : sources.flat().includes(owner);
        assert.ok(isThere, `${uid}, ${title} needs more sources for ${series}`);
      }
    }
  });

  it("offer choices by series that are there", () => {
    for (const { query } of dashboardPages.flatMap(({ choices = [] }) => choices)) {
      const [, series = ""] = /^label_values\(([^,]+), \w+\)$/.exec(query) ?? [];
      assert.ok(ownerOfSeries(series), query);
    }
  });

  it("are built as Grafana reads them, every query with a reference of its own", () => {
    const files = dashboardFiles(everything);
    assert.equal(Object.keys(files).length, dashboardPages.length);
    for (const [name, text] of Object.entries(files)) {
      const { uid, panels: built } = JSON.parse(text) as {
        uid: string;
        panels: { type: string; targets?: { refId: string }[] }[];
      };
      assert.equal(name, `${uid}.json`);
      for (const { targets = [] } of built) {
        assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length);
      }
    }
  });

  it("show nothing that nobody measures", () => {
    const names = Object.keys(dashboardFiles(new Set(["prometheus", "vllm"])));
    assert.deepEqual(names, ["genai-fleet.json", "genai-model.json", "genai-tenant.json"]);
  });
});

describe("Grafana", () => {
  const { deployment, admin, dashboards, networkPolicy } = JSON.parse(
    JSON.stringify(
      grafanaObjects("grafana", {
        enabled: true,
        adminPasswordGeneration: 1,
        namespace: "genai-addons",
        adminPassword: "not a real password",
        prometheus: { url: "http://prometheus:9090", pods: { "app.kubernetes.io/name": "prometheus" } },
        sources: everything,
        scraper: { namespace: "genai-addons" },
      }),
    ),
  );
  const pod = deployment.spec.template.spec;
  const environment = new Map<string, string>(
    pod.containers[0].env.map(({ name, value }: Record<string, string>) => [name, value]),
  );

  it("reads the password from a file, and has it nowhere else", () => {
    assert.equal(environment.get("GF_SECURITY_ADMIN_PASSWORD__FILE"), "/etc/grafana-admin/password");
    assert.equal(admin.stringData.password, "not a real password");
    assert.ok(!JSON.stringify([deployment, dashboards]).includes("not a real password"));
  });

  it("asks nobody on the internet", () => {
    assert.equal(environment.get("GF_ANALYTICS_CHECK_FOR_UPDATES"), "false");
    assert.equal(environment.get("GF_PLUGINS_PREINSTALL_DISABLED"), "true");
    assert.equal(networkPolicy.spec.egress.length, 2);
  });

  it("has dashboards that fit into one ConfigMap", () => {
    const size = Buffer.byteLength(JSON.stringify(dashboards.data));
    assert.ok(size < 2 ** 20, `${size} bytes`);
  });
});
