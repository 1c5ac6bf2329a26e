import type { MonitoringAddonConfigurations } from "@genai/addons";
import { z } from "zod";
import { dnsName, listOf, mapOf, oneOf, quantity, strictMap, text, wholeNumber, yesOrNo } from "../fields.ts";
import { secretKey } from "../secret-key.ts";

const switchedOn = (what: string) =>
  yesOrNo()
    .default(true)
    .meta({ description: `Whether the platform installs ${what}, where genai:monitoring.mode is prometheus.` });

const replicas = wholeNumber(1, 5)
  .optional()
  .meta({
    description: "Replicas, of which one may fail where there are two. Default: 2 with highAvailability, else 1.",
    examples: [2],
  });

const storage = (size: string) =>
  strictMap({
    kind: oneOf(["volume", "none"])
      .default("volume")
      .meta({
        description: "volume: a claim for each replica; none: nothing outlives a Pod.",
        examples: ["none"],
      }),
    size: quantity("storage", size)
      .default(size)
      .meta({ description: "Size for each replica, as a Kubernetes quantity.", examples: [size] }),
    class: dnsName("a StorageClass's name")
      .optional()
      .meta({ description: "StorageClass. Default: genai:cluster.storageClass, or the cluster's.", examples: ["gp3"] }),
  })
    .prefault({})
    .meta({ description: "Where it keeps what must outlive its Pods." });

const prometheus = strictMap({
  replicas,
  retentionDays: wholeNumber(1, 3650)
    .default(15)
    .meta({ description: "Days that samples are kept, unless 80 % of the storage are full before.", examples: [30] }),
  storage: storage("50Gi"),
  memory: quantity("memory", "2Gi")
    .default("2Gi")
    .meta({ description: "Memory of each replica: about 8 KiB for each time series.", examples: ["8Gi"] }),
  intervalSeconds: wholeNumber(5, 300)
    .default(30)
    .meta({ description: "Seconds between two readings, and between two evaluations of a rule.", examples: [15] }),
  insecureKubeletTls: yesOrNo()
    .default(false)
    .meta({
      description: "Whether kubelets' certificates are taken unread, for clusters where nobody signs them (kubeadm).",
      examples: [true],
    }),
});

const receiver = strictMap({
  kind: oneOf(["slack", "webhook", "pagerduty"]).meta({ description: "How it is told.", examples: ["slack"] }),
  secret: secretKey({ name: "oncall-slack", key: "url" }).meta({
    description:
      "Secret of the namespace genai-addons with the webhook's address or PagerDuty's routing key; the platform does not make it.",
  }),
  channel: text("a Slack channel")
    .optional()
    .meta({ description: "Slack channel. Default: the webhook's own.", examples: ["#genai-alerts"] }),
  severities: listOf(oneOf(["critical", "warning", "info"]), "severity")
    .default(["critical", "warning"])
    .meta({ description: "Severities that it is told of.", examples: [["critical"]] }),
  tenants: listOf(text("the name of a tenant under genai:tenants"), "tenant; leave the key out for all")
    .optional()
    .meta({
      description: "Tenants that it is told of. Default: all, and what belongs to none.",
      examples: [["research"]],
    }),
  deadMansSwitch: yesOrNo()
    .default(false)
    .meta({
      description: "Whether it gets the dead-man's switch, every minute, and nothing else.",
      examples: [true],
    }),
});

const alertmanager = strictMap({
  enabled: switchedOn("Alertmanager"),
  replicas,
  storage: storage("1Gi"),
  receivers: mapOf(receiver, "names of your own to whom alerts go")
    .default({})
    .meta({ description: "Who is told of alerts, by a name of your own." }),
});

const kubeStateMetrics = strictMap({
  enabled: switchedOn("kube-state-metrics"),
  memory: quantity("memory", "256Mi")
    .default("256Mi")
    .meta({ description: "Its memory: it keeps every Pod, node and quota of the cluster.", examples: ["1Gi"] }),
});

const prometheusAdapter = strictMap({
  enabled: yesOrNo()
    .default(false)
    .meta({
      description:
        "Whether the cluster's metrics APIs offer Prometheus' metrics; models then scale on waiting requests.",
      examples: [true],
    }),
  replicas,
});

const grafana = strictMap({
  enabled: switchedOn("Grafana"),
  adminPasswordGeneration: wholeNumber(1)
    .default(1)
    .meta({ description: "Raise it to restart Grafana; with a new password it restarts by itself.", examples: [2] }),
});

/** The schemas of the monitoring add-ons, by their keys under `genai:addons`. */
export const monitoringAddonSchemas = {
  prometheus: prometheus
    .prefault({})
    .meta({ description: "Prometheus: metrics, and the alerts that follow from them." }),
  alertmanager: alertmanager.prefault({}).meta({ description: "Alertmanager: who is told of which alert." }),
  kubeStateMetrics: kubeStateMetrics
    .prefault({})
    .meta({ description: "kube-state-metrics: what Kubernetes' objects say of themselves." }),
  nodeExporter: strictMap({
    enabled: switchedOn("node_exporter"),
    followMounts: yesOrNo()
      .default(true)
      .meta({
        description:
          "Whether it follows what nodes mount later; false where their root is not shared (K3s in a container).",
        examples: [false],
      }),
  })
    .prefault({})
    .meta({ description: "node_exporter: CPUs, memory and disks of every node." }),
  prometheusAdapter: prometheusAdapter
    .prefault({})
    .meta({ description: "prometheus-adapter: Prometheus' metrics for autoscalers." }),
  grafana: grafana.prefault({}).meta({ description: "Grafana: dashboards." }),
} satisfies { [Key in keyof MonitoringAddonConfigurations]: z.ZodType<MonitoringAddonConfigurations[Key]> };
