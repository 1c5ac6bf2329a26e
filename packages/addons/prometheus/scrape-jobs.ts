import { metricSources, type MetricSource, type MetricSourceName, seriesNames } from "@genai/catalog";
import { apiTokenMount, scrapeLabel, type ScrapeTarget, tenantLabel } from "@genai/core";

/** One `scrape_configs` entry of Prometheus' configuration file, as far as it is used here. */
export interface ScrapeJob {
  job_name: string;
  scheme?: string;
  metrics_path?: string;
  honor_labels?: boolean;
  authorization?: { credentials_file: string };
  tls_config?: { ca_file?: string; insecure_skip_verify?: boolean };
  kubernetes_sd_configs: { role: string; namespaces?: { names: string[] }; attach_metadata?: { node: boolean } }[];
  relabel_configs: Relabeling[];
  metric_relabel_configs?: Relabeling[];
}

/** A step that keeps, drops or labels a target. */
export interface Relabeling {
  source_labels?: string[];
  regex?: string;
  target_label?: string;
  replacement?: string;
  action?: "keep" | "drop" | "replace";
}

const pod = "__meta_kubernetes_pod_";

/** Who Prometheus is to a server that asks. */
const ownToken = { credentials_file: `${apiTokenMount.mountPath}/token` };

/** Labels of every target by where they come from, of discovered Pods. */
export const podLabels = {
  namespace: "__meta_kubernetes_namespace",
  pod: `${pod}name`,
  container: `${pod}container_name`,
  node: `${pod}node_name`,
  workload: podLabel("app.kubernetes.io/instance"),
  component: podLabel("app.kubernetes.io/component"),
  tenant: podLabel(tenantLabel),
} as const;

/** Meta label with what a Pod's node says of scraping: `false` where no network leads to it. */
export const unreachable = `__meta_kubernetes_node_label_${metaName(scrapeLabel)}`;

/** The labels that say which Pod a series is of. */
const ownLabels: readonly string[] = ["namespace", "pod", "container"];

/** The labels that a target's series get, with the meta label that each comes from. */
export function labelsFor({ aboutOthers }: Pick<ScrapeTarget, "aboutOthers">): [label: string, from: string][] {
  return Object.entries(podLabels).filter(([label]) => !aboutOthers || !ownLabels.includes(label));
}

/** Finds the Pods of a target through the API server, in their namespace alone, by their labels and the port's name. */
export function podScrapeJob(target: ScrapeTarget): ScrapeJob {
  const { job, namespace, selector, port, path = "/metrics", scheme = "http" } = target;
  const is = (source: string, value: string): Relabeling => ({
    source_labels: [source],
    regex: escapeRegularExpression(value),
    action: "keep",
  });
  return {
    job_name: job,
    scheme,
    metrics_path: path,
    // A server of the Kubernetes kind signs its own certificate, and asks the API server whether the caller may read `/metrics`.
    ...(scheme === "https" && {
      ...(!target.anonymous && { authorization: ownToken }),
      tls_config: { insecure_skip_verify: true },
    }),
    ...(target.aboutOthers && { honor_labels: true }),
    kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [namespace] }, attach_metadata: { node: true } }],
    relabel_configs: [
      ...Object.entries(selector).map(([key, value]) => is(podLabel(key), value)),
      is(`${pod}container_port_name`, port),
      { source_labels: [`${pod}phase`], regex: "Succeeded|Failed", action: "drop" },
      { source_labels: [unreachable], regex: "false", action: "drop" },
      ...labelsFor(target).map(([label, from]) => ({ source_labels: [from], target_label: label })),
    ],
  };
}

/** Sources that the cluster itself brings, each of its jobs under the source's name. */
export const clusterSources = ["kubelet", "cadvisor", "kube-apiserver"] as const satisfies MetricSourceName[];

/** What of the cluster is scraped, and how far its kubelets are trusted. */
export interface ClusterJobsArgs {
  /** Takes kubelets' certificates unread: for clusters where nobody signs them, such as those of kubeadm. */
  insecureKubeletTls: boolean;
}

/** The jobs for kubelets (their own metrics and cAdvisor's) and the API server, authenticated and over TLS. */
export function clusterScrapeJobs({ insecureKubeletTls }: ClusterJobsArgs): ScrapeJob[] {
  const verified = { ca_file: `${apiTokenMount.mountPath}/ca.crt` };
  const kubelet = (source: "kubelet" | "cadvisor", metricsPath: string, ...steps: Relabeling[]): ScrapeJob => ({
    job_name: source,
    scheme: "https",
    metrics_path: metricsPath,
    // The series name the Pods that they are about.
    honor_labels: true,
    authorization: ownToken,
    tls_config: insecureKubeletTls ? { insecure_skip_verify: true } : verified,
    kubernetes_sd_configs: [{ role: "node" }],
    relabel_configs: [{ source_labels: ["__meta_kubernetes_node_name"], target_label: "node" }, ...steps],
    metric_relabel_configs: [onlyKnown(source)],
  });
  // As metrics-server does: a node whose kubelet is a stand-in says where its Pods' usage is, under cAdvisor's names.
  const usage: Relabeling = {
    source_labels: [`__meta_kubernetes_node_annotation_${metaName("metrics.k8s.io/resource-metrics-path")}`],
    regex: "(.+)",
    target_label: "__metrics_path__",
  };
  return [
    kubelet("kubelet", "/metrics"),
    kubelet("cadvisor", "/metrics/cadvisor", usage),
    {
      job_name: "kube-apiserver",
      scheme: "https",
      authorization: ownToken,
      tls_config: verified,
      kubernetes_sd_configs: [{ role: "endpointslice", namespaces: { names: ["default"] } }],
      relabel_configs: [
        {
          source_labels: ["__meta_kubernetes_service_name", "__meta_kubernetes_endpointslice_port_name"],
          regex: "kubernetes;https",
          action: "keep",
        },
      ],
      metric_relabel_configs: [onlyKnown("kube-apiserver")],
    },
  ];
}

/** Keeps the metrics that the catalogue names: what the cluster serves beyond them is most of what a Prometheus would store. */
function onlyKnown(source: MetricSourceName): Relabeling {
  const { metrics }: MetricSource = metricSources[source];
  const names = Object.entries(metrics).flatMap(([name, metric]) => seriesNames(name, metric));
  return { source_labels: ["__name__"], regex: names.join("|"), action: "keep" };
}

/** The meta label under which Prometheus has a Pod's label. */
function podLabel(key: string): `${typeof pod}label_${string}` {
  return `${pod}label_${metaName(key)}`;
}

/** A label's or annotation's key as it stands in a meta label. */
function metaName(key: string): string {
  return key.replaceAll(/[^a-zA-Z0-9_]/g, "_");
}

/** A value as a regular expression that matches nothing else. */
function escapeRegularExpression(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
