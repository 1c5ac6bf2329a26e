import { images } from "@genai/catalog";
import {
  dnsEgress,
  type ObjectOf,
  ObjectsComponent,
  restrictedContainerSecurityContext,
  scraperIngress,
  type ScrapeTarget,
  tenantLabel,
} from "@genai/core";
import * as pulumi from "@pulumi/pulumi";
import {
  configMapOf,
  deploymentOf,
  disruptionBudgetOf,
  fileText,
  networkPolicyOf,
  replicasOf,
  scrapeTargetOf,
  serviceAccountOf,
  serviceOf,
  workloadOf,
} from "./addon-objects.ts";
import { collectorConfig, collectorPorts } from "./collector-config.ts";
import type { AddonConfiguration, AddonContext } from "./context.ts";
import { httpProbe } from "./probes.ts";

/** `genai:addons.openTelemetryCollector`: off by default. */
export interface OpenTelemetryCollectorConfiguration extends AddonConfiguration {
  /** Where traces go: the address of a server that takes OTLP over gRPC, `tempo.tracing.svc:4317`. Without one they are only counted. */
  endpoint?: string;
  /** Whether the way there is without TLS. @default false */
  insecure: boolean;
  /** Share of the traces that is kept, in percent. @default 100 */
  samplingPercentage: number;
  /** Memory of a replica, as a quantity in MiB. @default 512 */
  memoryMiB: number;
}

/** The collector's objects. */
export type OpenTelemetryCollectorObjects = {
  serviceAccount: ObjectOf<"ServiceAccount">;
  config: ObjectOf<"ConfigMap">;
  networkPolicy: ObjectOf<"NetworkPolicy">;
  service: ObjectOf<"Service">;
  disruptionBudget: ObjectOf<"PodDisruptionBudget">;
  deployment: ObjectOf<"Deployment">;
};

type Args = AddonContext & OpenTelemetryCollectorConfiguration;

const program = { application: "opentelemetry-collector", component: "traces" };
const configDirectory = "/etc/collector";

/** The collector's objects as plain data. */
export function openTelemetryCollectorObjects(name: string, args: Args): OpenTelemetryCollectorObjects {
  const workload = workloadOf(program, name, args);
  const config = configMapOf(workload, { "config.yaml": fileText(collectorConfig(args)) });
  const probe = httpProbe({ path: "/", port: "health" });
  const { grpc, http, health, metrics } = collectorPorts;
  const otlp = [grpc, http].map((port) => ({ protocol: "TCP", port }));
  return {
    serviceAccount: serviceAccountOf(workload),
    config,
    networkPolicy: networkPolicyOf(workload, {
      ingress: [
        ...scraperIngress(metrics, args.scraper),
        // Every tenant's services, and the platform's own.
        {
          from: [
            { namespaceSelector: { matchExpressions: [{ key: tenantLabel, operator: "Exists" }] } },
            { podSelector: {} },
          ],
          ports: otlp,
        },
      ],
      egress: args.endpoint ? [dnsEgress, { ports: [{ protocol: "TCP", port: portOf(args.endpoint) }] }] : [],
    }),
    service: serviceOf(workload, [
      { name: "otlp-grpc", port: grpc, appProtocol: "grpc" },
      { name: "otlp-http", port: http },
    ]),
    disruptionBudget: disruptionBudgetOf(workload),
    deployment: deploymentOf(workload, replicasOf(args), {
      // It sends what it still holds when it is stopped.
      terminationGracePeriodSeconds: 60,
      containers: [
        {
          name: program.application,
          image: images.openTelemetryCollector,
          args: [`--config=${configDirectory}/config.yaml`],
          // Go collects garbage before the limit of the container is reached; what the project's documentation advises.
          env: [{ name: "GOMEMLIMIT", value: `${Math.floor(args.memoryMiB * 0.8)}MiB` }],
          ports: [
            { name: "otlp-grpc", containerPort: grpc, protocol: "TCP" },
            { name: "otlp-http", containerPort: http, protocol: "TCP" },
            { name: "health", containerPort: health, protocol: "TCP" },
            { name: "metrics", containerPort: metrics, protocol: "TCP" },
          ],
          startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 24 },
          readinessProbe: probe,
          livenessProbe: probe,
          resources: {
            requests: { cpu: "100m", memory: `${args.memoryMiB}Mi`, "ephemeral-storage": "32Mi" },
            limits: { memory: `${args.memoryMiB}Mi`, "ephemeral-storage": "64Mi" },
          },
          securityContext: restrictedContainerSecurityContext,
          volumeMounts: [{ name: "config", mountPath: configDirectory, readOnly: true }],
        },
      ],
      volumes: [{ name: "config", configMap: { name: config.metadata.name } }],
    }),
  };
}

/** The port of `host:port`; OTLP's own where it says none. */
function portOf(endpoint: string): number {
  return Number(/:(\d+)$/.exec(endpoint)?.[1] ?? collectorPorts.grpc);
}

/** What of the collector a Prometheus reads. */
export function openTelemetryCollectorScrapeTargets(name: string, args: Args): ScrapeTarget[] {
  return [scrapeTargetOf(workloadOf(program, name, args), "opentelemetry-collector", "metrics")];
}

/** The OpenTelemetry collector: takes traces over OTLP, in batches and within its memory, and hands them on. */
export class OpenTelemetryCollector extends ObjectsComponent<OpenTelemetryCollectorObjects> {
  /** Where services send traces over gRPC: `http://open-telemetry-collector.genai-addons.svc.cluster.local:4317`. */
  public readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: Args, options?: pulumi.ComponentResourceOptions) {
    super("addons:OpenTelemetryCollector", name, openTelemetryCollectorObjects(name, args), options);
    const { metadata } = this.nodes.service;
    this.endpoint = pulumi.interpolate`http://${metadata.name}.${metadata.namespace}.svc.cluster.local:${collectorPorts.grpc}`;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
