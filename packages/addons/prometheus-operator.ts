import { type ObjectOf, ObjectsComponent, recommendedLabels, type ScrapeTarget } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import { labelsFor, unreachable } from "./prometheus/scrape-jobs.ts";
import { ruleFile, type RuleGroup } from "./rules/index.ts";

/** What a cluster's own Prometheus, run by the Prometheus operator, is asked to do. */
export interface OperatorMonitoringArgs {
  namespace: string;
  /** Labels by which that Prometheus selects monitors and rules: `release: kube-prometheus-stack`. */
  labels: Readonly<Record<string, string>>;
  targets: readonly ScrapeTarget[];
  rules: readonly RuleGroup[];
}

/** The operator's objects: a monitor for each target, and the rules. */
export type OperatorMonitoringObjects = {
  [monitor: `monitor-${string}`]: ObjectOf<"PodMonitor">;
  rules: ObjectOf<"PrometheusRule">;
};

/** The operator's objects as plain data. They need its CRDs, monitoring.coreos.com/v1. */
export function operatorMonitoringObjects(name: string, args: OperatorMonitoringArgs): OperatorMonitoringObjects {
  const { namespace, targets, rules } = args;
  const own = recommendedLabels({ application: "prometheus-operator", instance: name, component: "monitoring" });
  const metadata = (objectName: string) => ({ name: objectName, namespace, labels: { ...own, ...args.labels } });
  const monitors = targets.map((target): [`monitor-${string}`, ObjectOf<"PodMonitor">] => [
    `monitor-${target.job}`,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: metadata(target.job),
      spec: {
        namespaceSelector: { matchNames: [target.namespace] },
        selector: { matchLabels: target.selector },
        attachMetadata: { node: true },
        podMetricsEndpoints: [
          {
            port: target.port,
            path: target.path ?? "/metrics",
            scheme: target.scheme ?? "http",
            // A store's certificate is for its Service, and a Pod is asked by its address.
            ...(target.scheme === "https" && target.anonymous && { tlsConfig: { insecureSkipVerify: true } }),
            honorLabels: target.aboutOthers ?? false,
            relabelings: [
              { action: "drop" as const, sourceLabels: [unreachable], regex: "false" },
              ...labelsFor(target).map(([targetLabel, from]) => ({
                action: "replace" as const,
                sourceLabels: [from],
                targetLabel,
              })),
            ],
          },
        ],
      },
    },
  ]);
  return {
    ...Object.fromEntries(monitors),
    rules: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: metadata(name),
      spec: ruleFile(rules),
    },
  };
}

/** Monitors and rules for a cluster that runs the Prometheus operator. */
export class OperatorMonitoring extends ObjectsComponent<OperatorMonitoringObjects> {
  constructor(name: string, args: OperatorMonitoringArgs, options?: pulumi.ComponentResourceOptions) {
    super("addons:OperatorMonitoring", name, operatorMonitoringObjects(name, args), options);
    this.registerOutputs({});
  }
}
