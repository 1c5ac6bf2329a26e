import { images, type MetricSourceName } from "@genai/catalog";
import {
  dnsEgress,
  fingerprint,
  type ObjectOf,
  ObjectsComponent,
  restartAnnotations,
  restrictedContainerSecurityContext,
  type Scraper,
  scraperIngress,
  type ScrapeTarget,
  variablesOf,
} from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import {
  configMapOf,
  deploymentOf,
  fileText,
  metadataOf,
  networkPolicyOf,
  scrapeTargetOf,
  serviceAccountOf,
  serviceOf,
  workloadOf,
} from "../addon-objects.ts";
import { dashboardFiles, dataSourceUid } from "./dashboards/index.ts";

/** Whether Grafana runs: `genai:addons.grafana`. */
export interface GrafanaConfiguration {
  /** @default true */
  enabled: boolean;
  /** Raise it to restart the Pod; with a new password it restarts by itself. @default 1 */
  adminPasswordGeneration: number;
}

/** What Grafana is told beside its configuration. */
export interface GrafanaArgs extends GrafanaConfiguration {
  namespace: string;
  /** Password of the user `admin`; reaches the Secret and nothing else. */
  adminPassword: pulumi.Input<string>;
  /** Address of Prometheus, and the labels of its Pods in the same namespace. */
  prometheus: { url: string; pods: Readonly<Record<string, string>> };
  /** Whose metrics there are. */
  sources: ReadonlySet<MetricSourceName>;
  /** Who reads its metrics. */
  scraper: Scraper;
}

/** Grafana's objects. */
export type GrafanaObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  admin: ObjectOf<"Secret">;
  provisioning: ObjectOf<"ConfigMap">;
  dashboards: ObjectOf<"ConfigMap">;
  deployment: ObjectOf<"Deployment">;
  service: ObjectOf<"Service">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
};

const program = { application: "grafana", component: "dashboards" };
const port = 3000;
const portName = "http";
const dashboardsDirectory = "/var/lib/grafana-dashboards";

/** Its metrics. */
export function grafanaScrapeTarget(name: string, namespace: string): ScrapeTarget {
  return scrapeTargetOf(workloadOf(program, name, { namespace }), "grafana", portName);
}

/** Settings, all of them for a server that asks nobody on the internet and whose content comes from its files alone. */
const settings: Readonly<Record<string, string>> = {
  GF_ANALYTICS_REPORTING_ENABLED: "false",
  GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
  GF_PLUGINS_PREINSTALL_DISABLED: "true",
  GF_PLUGINS_PLUGIN_ADMIN_ENABLED: "false",
  GF_NEWS_NEWS_FEED_ENABLED: "false",
  GF_SNAPSHOTS_EXTERNAL_ENABLED: "false",
  GF_SECURITY_DISABLE_GRAVATAR: "true",
  GF_SECURITY_COOKIE_SAMESITE: "strict",
  GF_USERS_ALLOW_SIGN_UP: "false",
  GF_USERS_DEFAULT_THEME: "system",
  GF_UNIFIED_ALERTING_ENABLED: "false",
  GF_LOG_MODE: "console",
  GF_PATHS_PROVISIONING: "/etc/grafana/provisioning",
  GF_SECURITY_ADMIN_PASSWORD__FILE: "/etc/grafana-admin/password",
  GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${dashboardsDirectory}/genai-fleet.json`,
};

/** Grafana's objects as plain data. */
export function grafanaObjects(name: string, args: GrafanaArgs): GrafanaObjects {
  const { namespace, adminPassword, adminPasswordGeneration, prometheus, sources, scraper } = args;
  const workload = workloadOf(program, name, { namespace });
  const provisioning = configMapOf(
    workload,
    {
      "datasources.yaml": fileText({
        apiVersion: 1,
        prune: true,
        datasources: [
          {
            name: "Prometheus",
            uid: dataSourceUid,
            type: "prometheus",
            access: "proxy",
            url: prometheus.url,
            isDefault: true,
            editable: false,
            jsonData: { httpMethod: "POST", timeInterval: "30s" },
          },
        ],
      }),
      "dashboards.yaml": fileText({
        apiVersion: 1,
        providers: [
          {
            name: "genai",
            type: "file",
            allowUiUpdates: false,
            options: { path: dashboardsDirectory },
            folder: "GenAI",
          },
        ],
      }),
    },
    `${name}-provisioning`,
  );
  const dashboards = configMapOf(workload, dashboardFiles(sources), `${name}-dashboards`);
  const adminSecret = `${name}-admin`;
  const probe = { httpGet: { path: "/api/health", port: portName }, timeoutSeconds: 5 };
  const directory = (volume: string, mountPath: string) => ({ name: volume, mountPath, readOnly: true });
  return {
    serviceAccount: serviceAccountOf(workload),
    admin: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadataOf(workload, adminSecret),
      stringData: { password: adminPassword },
    },
    provisioning,
    dashboards,
    // One, whose database holds sessions only: whoever is logged in logs in again after it moved.
    deployment: deploymentOf(
      workload,
      "single",
      {
        priorityClassName: "system-cluster-critical",
        containers: [
          {
            name: program.application,
            image: images.grafana,
            env: variablesOf(settings),
            ports: [{ name: portName, containerPort: port, protocol: "TCP" }],
            startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 36 },
            readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 3 },
            livenessProbe: { ...probe, periodSeconds: 15, failureThreshold: 4 },
            resources: {
              requests: { cpu: "50m", memory: "256Mi", "ephemeral-storage": "100Mi" },
              limits: { memory: "512Mi", "ephemeral-storage": "1Gi" },
            },
            securityContext: restrictedContainerSecurityContext,
            volumeMounts: [
              { name: "data", mountPath: "/var/lib/grafana" },
              { name: "temporary", mountPath: "/tmp" },
              directory("admin", "/etc/grafana-admin"),
              directory("data-sources", "/etc/grafana/provisioning/datasources"),
              directory("providers", "/etc/grafana/provisioning/dashboards"),
              directory("dashboards", dashboardsDirectory),
            ],
          },
        ],
        volumes: [
          { name: "data", emptyDir: { sizeLimit: "500Mi" } },
          { name: "temporary", emptyDir: { sizeLimit: "100Mi" } },
          { name: "admin", secret: { secretName: adminSecret, defaultMode: 0o440 } },
          configFile("data-sources", provisioning.metadata.name, "datasources.yaml"),
          configFile("providers", provisioning.metadata.name, "dashboards.yaml"),
          { name: "dashboards", configMap: { name: dashboards.metadata.name } },
        ],
      },
      {
        "genai.platform/admin-password-generation": String(adminPasswordGeneration),
        ...restartAnnotations({ "admin-password": fingerprint(adminPassword) }),
      },
    ),
    service: serviceOf(workload, [{ name: portName, port }]),
    networkPolicy: networkPolicyOf(workload, {
      // People come through `kubectl port-forward`, which no NetworkPolicy concerns.
      ingress: scraperIngress(portName, scraper),
      egress: [
        dnsEgress,
        { to: [{ podSelector: { matchLabels: { ...prometheus.pods } } }], ports: [{ protocol: "TCP", port: "http" }] },
      ],
    }),
  };
}

function configFile(volume: string, configMap: string, file: string) {
  return { name: volume, configMap: { name: configMap, items: [{ key: file, path: file }] } };
}

/** Grafana: dashboards of the fleet, GPUs, models, gateway, vector stores, tenants and cost. */
export class Grafana extends ObjectsComponent<GrafanaObjects> {
  constructor(name: string, args: GrafanaArgs, options?: pulumi.ComponentResourceOptions) {
    super("addons:Grafana", name, grafanaObjects(name, args), options);
    this.registerOutputs({});
  }
}
