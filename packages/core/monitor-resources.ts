import { customResource, type CustomResourceArgs } from "./custom-resource.ts";

/** One endpoint of the Pods that a PodMonitor selects (monitoring.coreos.com/v1, as far as the platform uses it). */
export interface PodMetricsEndpoint {
  port: string;
  path: string;
  scheme: "http" | "https";
  honorLabels: boolean;
  relabelings: readonly {
    action: "replace" | "drop";
    sourceLabels: readonly string[];
    targetLabel?: string;
    regex?: string;
  }[];
}

/** A PodMonitor of the Prometheus operator. */
export interface PodMonitorArgs extends CustomResourceArgs {
  spec: {
    selector: { matchLabels: Readonly<Record<string, string>> };
    namespaceSelector: { matchNames: readonly string[] };
    /** Lets relabelling see the labels of a Pod's node. */
    attachMetadata?: { node: boolean };
    podMetricsEndpoints: readonly PodMetricsEndpoint[];
  };
}

/** A PrometheusRule of the Prometheus operator; its groups are those of a rule file. */
export interface PrometheusRuleArgs extends CustomResourceArgs {
  spec: { groups: readonly object[] };
}

const apiVersion = "monitoring.coreos.com/v1";

/** Pods to scrape, for a cluster that runs the Prometheus operator. */
export const PodMonitor = customResource<PodMonitorArgs>(apiVersion, "PodMonitor");

/** Rules, for a cluster that runs the Prometheus operator. */
export const PrometheusRule = customResource<PrometheusRuleArgs>(apiVersion, "PrometheusRule");
