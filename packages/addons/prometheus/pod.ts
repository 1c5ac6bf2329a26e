import { images } from "@genai/catalog";
import { apiTokenMount, apiTokenVolume, milliUnits, restrictedContainerSecurityContext } from "@genai/core";
import { prometheusDirectory } from "./config-file.ts";
import type { PrometheusConfiguration } from "./prometheus.ts";

/** Port of the API and of the metrics. */
export const prometheusPort = 9090;
/** Name of that port. */
export const prometheusPortName = "http";

/** Share of the volume that blocks may fill; Prometheus' documentation advises 80 to 85 percent, the rest is for the log of writes. */
const retentionShare = 0.8;

/** The Pod of Prometheus. @param configMap Name of its configuration. */
export function prometheusPodSpec({ retentionDays, storage, memory }: PrometheusConfiguration, configMap: string) {
  const probe = (path: string) => ({ httpGet: { path, port: prometheusPortName }, timeoutSeconds: 5 });
  return {
    priorityClassName: "system-cluster-critical",
    // Time to write what is in memory to disk.
    terminationGracePeriodSeconds: 300,
    containers: [
      {
        name: "prometheus",
        image: images.prometheus,
        args: [
          `--config.file=${prometheusDirectory}/prometheus.yaml`,
          "--storage.tsdb.path=/prometheus",
          `--storage.tsdb.retention.time=${retentionDays}d`,
          `--storage.tsdb.retention.size=${retentionSize(storage.size)}`,
          "--storage.tsdb.wal-compression",
          `--web.listen-address=:${prometheusPort}`,
          // A query that a dashboard asks may not take the server down.
          "--query.timeout=60s",
          "--query.max-concurrency=10",
        ],
        ports: [{ name: prometheusPortName, containerPort: prometheusPort, protocol: "TCP" }],
        // Up to a quarter of an hour: at start it reads the log of writes again.
        startupProbe: { ...probe("/-/ready"), periodSeconds: 10, failureThreshold: 90 },
        readinessProbe: { ...probe("/-/ready"), periodSeconds: 5, failureThreshold: 3 },
        livenessProbe: { ...probe("/-/healthy"), periodSeconds: 15, failureThreshold: 4 },
        resources: {
          requests: { cpu: "200m", memory, "ephemeral-storage": "100Mi" },
          limits: { memory, "ephemeral-storage": storage.kind === "none" ? storage.size : "500Mi" },
        },
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          { name: "config", mountPath: prometheusDirectory, readOnly: true },
          { name: "data", mountPath: "/prometheus" },
          apiTokenMount,
        ],
      },
    ],
    volumes: [{ name: "config", configMap: { name: configMap } }, apiTokenVolume],
  };
}

/** A Kubernetes quantity's share in Prometheus' own units, which are powers of two and have no `i`. */
function retentionSize(size: string): string {
  const mebibytes = Number(milliUnits(size) / 1000n) / 2 ** 20;
  return `${Math.max(64, Math.floor(mebibytes * retentionShare))}MB`;
}
