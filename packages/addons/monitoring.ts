import type { MetricSourceName } from "@genai/catalog";
import type { ComponentOptions, Scraper, ScrapeTarget } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { addonNamespace } from "./addon-namespace.ts";
import { replicasOf } from "./addon-objects.ts";
import { Alertmanager, type AlertmanagerConfiguration, alertmanagerScrapeTarget } from "./alertmanager/alertmanager.ts";
import { Grafana, type GrafanaConfiguration, grafanaScrapeTarget } from "./grafana/grafana.ts";
import {
  KubeStateMetrics,
  type KubeStateMetricsConfiguration,
  kubeStateMetricsScrapeTargets,
} from "./kube-state-metrics.ts";
import { NodeExporter, type NodeExporterConfiguration, nodeExporterScrapeTargets } from "./node-exporter.ts";
import { modelQueueMetric } from "./prometheus-adapter/metrics.ts";
import {
  PrometheusAdapter,
  type PrometheusAdapterConfiguration,
  prometheusAdapterScrapeTarget,
} from "./prometheus-adapter/prometheus-adapter.ts";
import { Prometheus, type PrometheusConfiguration, prometheusScraper, prometheusUrl } from "./prometheus/prometheus.ts";
import { clusterSources } from "./prometheus/scrape-jobs.ts";
import { OperatorMonitoring } from "./prometheus-operator.ts";
import { rulesFor, type StackFacts } from "./rules/index.ts";
import type { StorageConfiguration } from "./stateful-set.ts";

/** Who monitors the stack: `genai:monitoring`. */
export type MonitoringMode =
  | {
      /** `prometheus`: the platform's own, with all that belongs to it. `none`: nobody. */
      mode: "prometheus" | "none";
    }
  | {
      /** A Prometheus of the cluster's: `existing` finds Pods by annotations, `operator` by the operator's objects. */
      mode: "existing" | "operator";
      /** Its namespace. */
      namespace: string;
    };

/** `genai:monitoring`: who monitors, and what its objects say. */
export type MonitoringConfiguration = MonitoringMode & {
  /** Labels of the operator's objects, by which its Prometheus selects them. */
  labels: Readonly<Record<string, string>>;
  /** Where the runbook pages are, without a slash at the end. @default `docs/runbooks` of this repository */
  runbooks?: string;
};

/** The configuration of each monitoring add-on, by its key under `genai:addons`. */
export interface MonitoringAddonConfigurations {
  prometheus: PrometheusConfiguration;
  alertmanager: AlertmanagerConfiguration;
  kubeStateMetrics: KubeStateMetricsConfiguration;
  nodeExporter: NodeExporterConfiguration;
  prometheusAdapter: PrometheusAdapterConfiguration;
  grafana: GrafanaConfiguration;
}

/** What the monitoring add-ons are told of the stack. */
export interface MonitoringContext extends StackFacts {
  /** Name of the stack. */
  cluster: string;
  /** What components serve, of models as of add-ons. */
  targets: readonly ScrapeTarget[];
  /** Whether what can have several replicas has them. @default false */
  highAvailability?: boolean;
  /** StorageClass of volumes, unless an add-on's configuration names one. @default the cluster's */
  storageClass?: string;
  /** Password of Grafana's user `admin`. */
  adminPassword: pulumi.Input<string>;
}

const names = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  kubeStateMetrics: "kube-state-metrics",
  nodeExporter: "node-exporter",
  prometheusAdapter: "prometheus-adapter",
  grafana: "grafana",
} as const;

/** Who may read the metrics of the stack's components; undefined: nobody. */
export function monitoringScraper(monitoring: MonitoringMode): Scraper | undefined {
  switch (monitoring.mode) {
    case "prometheus":
      return prometheusScraper(names.prometheus, addonNamespace);
    case "existing":
      return { namespace: monitoring.namespace, byAnnotations: true };
    case "operator":
      return { namespace: monitoring.namespace };
    case "none":
      return undefined;
  }
}

/** What the cluster's metrics APIs say of waiting requests, where the adapter is deployed. */
export function queueMetricOf({ mode }: MonitoringMode, { prometheusAdapter }: MonitoringAddonConfigurations) {
  return mode === "prometheus" && prometheusAdapter.enabled ? modelQueueMetric : undefined;
}

/** Deploys what monitors the stack, or tells the cluster's own operator what to do. */
export function deployMonitoring(
  monitoring: MonitoringConfiguration,
  addons: MonitoringAddonConfigurations,
  context: MonitoringContext,
  options?: ComponentOptions,
): pulumi.ComponentResource[] {
  switch (monitoring.mode) {
    case "prometheus":
      return deployPrometheus(monitoring, addons, context, options);
    case "operator": {
      const sources = sourcesOf(context.targets, operatorSources);
      const rules = rulesFor(sources, { ...context, namespace: addonNamespace, runbooks: monitoring.runbooks });
      const args = { namespace: addonNamespace, labels: monitoring.labels, targets: context.targets, rules };
      return [new OperatorMonitoring("genai", args, options)];
    }
    case "existing":
    case "none":
      return [];
  }
}

/** What a Prometheus of the operator's measures anyway. What monitors itself there is its own affair. */
const operatorSources: readonly MetricSourceName[] = ["kube-state-metrics", "kubelet", "cadvisor"];

function sourcesOf(targets: readonly ScrapeTarget[], others: readonly MetricSourceName[]): Set<MetricSourceName> {
  return new Set([...targets.map(({ source }) => source), ...others]);
}

function deployPrometheus(
  { runbooks }: MonitoringConfiguration,
  addons: MonitoringAddonConfigurations,
  context: MonitoringContext,
  options?: ComponentOptions,
): pulumi.ComponentResource[] {
  const namespace = addonNamespace;
  const scraper = prometheusScraper(names.prometheus, namespace);
  const { alertmanager, kubeStateMetrics, nodeExporter, prometheusAdapter, grafana } = addons;
  const alerting = alertmanager.enabled ? alertmanagerScrapeTarget(names.alertmanager, namespace) : undefined;
  const asking = [
    ...(grafana.enabled ? [grafanaScrapeTarget(names.grafana, namespace)] : []),
    ...(prometheusAdapter.enabled ? [prometheusAdapterScrapeTarget(names.prometheusAdapter, namespace)] : []),
  ];
  const targets = [
    ...context.targets,
    ...(alerting ? [alerting] : []),
    ...(kubeStateMetrics.enabled ? kubeStateMetricsScrapeTargets(names.kubeStateMetrics, namespace) : []),
    ...(nodeExporter.enabled ? nodeExporterScrapeTargets(names.nodeExporter, namespace) : []),
    ...asking,
  ];
  const sources = sourcesOf(targets, ["prometheus", ...clusterSources]);
  const prometheus = { url: prometheusUrl(names.prometheus, namespace), pods: scraper.pods ?? {} };
  const clients = asking.map(({ selector }) => selector);
  const rules = rulesFor(sources, { ...context, namespace, runbooks });
  const place = ({ storage, replicas }: { storage: StorageConfiguration; replicas?: number }) => ({
    namespace,
    replicas: replicas ?? replicasOf(context),
    storage: { ...storage, class: storage.class ?? context.storageClass },
  });
  return [
    ...(kubeStateMetrics.enabled
      ? [new KubeStateMetrics(names.kubeStateMetrics, { ...kubeStateMetrics, namespace, scraper }, options)]
      : []),
    ...(nodeExporter.enabled
      ? [new NodeExporter(names.nodeExporter, { ...nodeExporter, namespace, scraper }, options)]
      : []),
    ...(alertmanager.enabled
      ? [new Alertmanager(names.alertmanager, { ...alertmanager, ...place(alertmanager), scraper }, options)]
      : []),
    new Prometheus(
      names.prometheus,
      {
        ...addons.prometheus,
        ...place(addons.prometheus),
        cluster: context.cluster,
        targets,
        rules,
        alertmanager: alerting,
        clients,
      },
      options,
    ),
    ...(prometheusAdapter.enabled
      ? [
          new PrometheusAdapter(
            names.prometheusAdapter,
            {
              ...prometheusAdapter,
              replicas: prometheusAdapter.replicas ?? replicasOf(context),
              namespace,
              prometheus,
              sources,
            },
            options,
          ),
        ]
      : []),
    ...(grafana.enabled
      ? [
          new Grafana(
            names.grafana,
            { ...grafana, namespace, prometheus, sources, scraper, adminPassword: context.adminPassword },
            options,
          ),
        ]
      : []),
  ];
}
