import type { Tool } from "./tools.ts";

/** The monitoring programs: what the platform deploys, and the checkers that come with them. */
export type MonitoringToolName =
  "prometheus" | "promtool" | "alertmanager" | "amtool" | "kube-state-metrics" | "node_exporter" | "prometheus-adapter";

const prometheusVersion = "3.8.0";
const alertmanagerVersion = "0.28.1";
const kubeStateMetricsVersion = "2.15.0";
const nodeExporterVersion = "1.9.1";
const prometheusAdapterVersion = "0.12.0";

/** Every monitoring program, of the versions that `images` of `@genai/catalog` pins; the same on every platform. */
export function monitoringToolTable(): Tool<MonitoringToolName>[] {
  // Prometheus' own projects keep their version in one shared package.
  const versionFlag = (version: string) => `-X github.com/prometheus/common/version.Version=${version}`;
  const prometheus = (name: MonitoringToolName): Tool<MonitoringToolName> => ({
    name,
    version: prometheusVersion,
    module: "prometheus",
    package: `github.com/prometheus/prometheus/cmd/${name}`,
    linkerFlags: versionFlag(prometheusVersion),
    versionArguments: ["--version"],
  });
  const alertmanager = (name: MonitoringToolName): Tool<MonitoringToolName> => ({
    name,
    version: alertmanagerVersion,
    module: "alertmanager",
    package: `github.com/prometheus/alertmanager/cmd/${name}`,
    linkerFlags: versionFlag(alertmanagerVersion),
    versionArguments: ["--version"],
  });
  return [
    prometheus("prometheus"),
    prometheus("promtool"),
    alertmanager("alertmanager"),
    alertmanager("amtool"),
    {
      name: "kube-state-metrics",
      version: kubeStateMetricsVersion,
      module: "kube-state-metrics",
      package: "k8s.io/kube-state-metrics/v2",
      linkerFlags: versionFlag(kubeStateMetricsVersion),
      // The published image brings the time zones that CronJobs name; without them it ends at the first one.
      tags: "timetzdata",
      versionArguments: ["version"],
    },
    {
      name: "node_exporter",
      version: nodeExporterVersion,
      module: "node-exporter",
      package: "github.com/prometheus/node_exporter",
      linkerFlags: versionFlag(nodeExporterVersion),
      versionArguments: ["--version"],
    },
    {
      name: "prometheus-adapter",
      version: prometheusAdapterVersion,
      module: "prometheus-adapter",
      package: "sigs.k8s.io/prometheus-adapter/cmd/adapter",
      linkerFlags: "",
      // It cannot say its version.
      versionArguments: [],
      notOnPath: true,
    },
  ];
}
