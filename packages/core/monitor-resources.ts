import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

type Metadata = kubernetes.types.input.meta.v1.ObjectMeta;

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
export interface PodMonitorArgs {
  apiVersion?: string;
  kind?: string;
  metadata?: Metadata;
  spec: {
    selector: { matchLabels: Readonly<Record<string, string>> };
    namespaceSelector: { matchNames: readonly string[] };
    /** Lets relabelling see the labels of a Pod's node. */
    attachMetadata?: { node: boolean };
    podMetricsEndpoints: readonly PodMetricsEndpoint[];
  };
}

/** A PrometheusRule of the Prometheus operator; its groups are those of a rule file. */
export interface PrometheusRuleArgs {
  apiVersion?: string;
  kind?: string;
  metadata?: Metadata;
  spec: { groups: readonly object[] };
}

const apiVersion = "monitoring.coreos.com/v1";

/** Pods to scrape, for a cluster that runs the Prometheus operator. */
export class PodMonitor extends kubernetes.apiextensions.CustomResource {
  constructor(name: string, args: PodMonitorArgs, options?: pulumi.CustomResourceOptions) {
    super(name, { ...args, apiVersion, kind: "PodMonitor" }, options);
  }
}

/** Rules, for a cluster that runs the Prometheus operator. */
export class PrometheusRule extends kubernetes.apiextensions.CustomResource {
  constructor(name: string, args: PrometheusRuleArgs, options?: pulumi.CustomResourceOptions) {
    super(name, { ...args, apiVersion, kind: "PrometheusRule" }, options);
  }
}
