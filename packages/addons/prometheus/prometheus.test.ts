import type { ScrapeTarget } from "@genai/core";
import { assert } from "@genai/testing";
import { prometheusFile } from "./config-file.ts";
import { prometheusObjects, type PrometheusArgs, prometheusScraper } from "./prometheus.ts";
import { podScrapeJob } from "./scrape-jobs.ts";

const chat: ScrapeTarget = {
  job: "vllm-chat",
  source: "vllm",
  namespace: "tenant-research",
  selector: { "app.kubernetes.io/name": "vllm", "app.kubernetes.io/instance": "chat.1" },
  port: "http",
};
const args: PrometheusArgs = {
  namespace: "genai-addons",
  cluster: "dev",
  replicas: 2,
  retentionDays: 15,
  storage: { kind: "volume", size: "50Gi" },
  memory: "2Gi",
  intervalSeconds: 30,
  insecureKubeletTls: false,
  targets: [chat],
  rules: [{ name: "none", sources: [], rules: [] }],
  clients: [{ "app.kubernetes.io/name": "grafana" }],
};

/** The objects as JSON gives them. */
function objectsOf(changes: Partial<PrometheusArgs> = {}) {
  return JSON.parse(JSON.stringify(prometheusObjects("prometheus", { ...args, ...changes })));
}

describe("a scrape job", () => {
  it("finds the Pods of a target in their namespace, by labels and port", () => {
    const job = podScrapeJob(chat);
    assert.deepEqual(job.kubernetes_sd_configs, [
      { role: "pod", namespaces: { names: ["tenant-research"] }, attach_metadata: { node: true } },
    ]);
    const kept = job.relabel_configs.filter(({ action }) => action === "keep");
    assert.deepEqual(
      kept.map(({ source_labels, regex }) => [source_labels?.[0], regex]),
      [
        ["__meta_kubernetes_pod_label_app_kubernetes_io_name", "vllm"],
        ["__meta_kubernetes_pod_label_app_kubernetes_io_instance", "chat\\.1"],
        ["__meta_kubernetes_pod_container_port_name", "http"],
      ],
    );
    const labels = job.relabel_configs.flatMap(({ target_label }) => target_label ?? []);
    assert.deepEqual(labels, ["namespace", "pod", "container", "node", "workload", "component", "tenant"]);
  });

  it("leaves the labels of Pods to sources that speak of other Pods", () => {
    const job = podScrapeJob({ ...chat, aboutOthers: true });
    assert.equal(job.honor_labels, true);
    const labels = job.relabel_configs.flatMap(({ target_label }) => target_label ?? []);
    assert.deepEqual(labels, ["node", "workload", "component", "tenant"]);
  });
});

describe("a scrape job over HTTPS", () => {
  it("shows Prometheus' own token to servers that ask the API server about it, and to no other", () => {
    const https = { ...chat, scheme: "https" } as const;
    const tls_config = { insecure_skip_verify: true };
    const { authorization, ...asked } = podScrapeJob(https);
    assert.match(authorization?.credentials_file ?? "", /token$/);
    assert.deepEqual(asked.tls_config, tls_config);
    const anonymous = podScrapeJob({ ...https, anonymous: true });
    assert.deepEqual([anonymous.authorization, anonymous.tls_config], [undefined, tls_config]);
  });
});

describe("Prometheus' configuration", () => {
  it("has each job once, and the cluster's own over verified TLS with its token", () => {
    const { scrape_configs: jobs } = prometheusFile(args);
    const names = jobs.map(({ job_name }) => job_name);
    assert.deepEqual(names, ["vllm-chat", "kubelet", "cadvisor", "kube-apiserver"]);
    for (const { tls_config, authorization, scheme } of jobs.slice(1)) {
      assert.deepEqual([scheme, tls_config?.insecure_skip_verify], ["https", undefined]);
      assert.match(authorization?.credentials_file ?? "", /serviceaccount\/token$/);
    }
    const insecure = prometheusFile({ ...args, insecureKubeletTls: true }).scrape_configs;
    assert.deepEqual(
      insecure.map(({ tls_config }) => tls_config?.insecure_skip_verify),
      [undefined, true, true, undefined],
    );
  });

  it("keeps of the cluster's metrics those that the catalogue names", () => {
    const kubelet = prometheusFile(args).scrape_configs.find(({ job_name }) => job_name === "kubelet");
    const [rule] = kubelet?.metric_relabel_configs ?? [];
    assert.equal(rule?.action, "keep");
    assert.match(rule?.regex ?? "", /kubelet_volume_stats_available_bytes/);
  });

  it("sends alerts to every Pod of Alertmanager, where there is one", () => {
    assert.equal(prometheusFile(args).alerting, undefined);
    const alertmanager = { ...chat, job: "alertmanager", source: "alertmanager" } as const;
    const [target] = prometheusFile({ ...args, alertmanager }).alerting?.alertmanagers ?? [];
    assert.equal(target?.relabel_configs.length, 5);
  });
});

describe("Prometheus", () => {
  const objects = objectsOf();
  const { statefulSet, config, networkPolicy, clusterRole } = objects;
  const pod = statefulSet.spec.template.spec;
  const [container] = pod.containers;

  it("keeps its data on volumes, within their size", () => {
    const [claim] = statefulSet.spec.volumeClaimTemplates;
    assert.equal(claim.spec.resources.requests.storage, "50Gi");
    assert.ok(container.args.includes("--storage.tsdb.retention.time=15d"));
    assert.ok(container.args.includes("--storage.tsdb.retention.size=40960MB"));
    const without = objectsOf({ storage: { kind: "none", size: "1Gi" } }).statefulSet.spec;
    assert.equal(without.volumeClaimTemplates, undefined);
    assert.ok(without.template.spec.volumes.some(({ emptyDir }: { emptyDir?: object }) => emptyDir));
  });

  it("starts anew with a new configuration", () => {
    const mounted = pod.volumes.find(({ name }: { name: string }) => name === "config").configMap.name;
    assert.equal(mounted, config.metadata.name);
    assert.notEqual(objectsOf({ intervalSeconds: 15 }).config.metadata.name, mounted);
  });

  it("may find Pods where its targets are, read nodes' metrics, and nothing else", () => {
    const roles = Object.values<{ kind: string; metadata: { namespace?: string }; rules: object[] }>(objects);
    const places = roles.filter(({ kind }) => kind === "Role").map(({ metadata }) => metadata.namespace);
    assert.deepEqual(places.toSorted(), ["default", "genai-addons", "tenant-research"]);
    const allowed = JSON.stringify(roles.flatMap(({ rules = [] }) => rules));
    for (const word of ["secrets", "configmaps", "proxy", "create", "update", "delete", "*"]) {
      assert.ok(!allowed.includes(`"${word}`), word);
    }
    assert.deepEqual(clusterRole.rules.at(-1), { nonResourceURLs: ["/metrics"], verbs: ["get"] });
  });

  it("reaches its targets and is reached by those who ask it", () => {
    const text = JSON.stringify(networkPolicy.spec.egress);
    assert.ok(text.includes('"app.kubernetes.io/instance":"chat.1"') && text.includes('"tenant-research"'));
    const [{ from }] = networkPolicy.spec.ingress;
    assert.deepEqual(
      from.map(({ podSelector }: { podSelector: { matchLabels: object } }) => podSelector.matchLabels),
      [statefulSet.spec.selector.matchLabels, { "app.kubernetes.io/name": "grafana" }],
    );
    const { pods } = prometheusScraper("prometheus", "genai-addons");
    assert.deepEqual(pods, statefulSet.spec.selector.matchLabels);
  });

  it("answers probes on its own port", () => {
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"])
      assert.match(container[probe].httpGet.path, /^\/-\/(ready|healthy)$/);
  });
});
