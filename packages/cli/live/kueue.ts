import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type KubernetesClient, resolveKueue } from "@genai/sandbox";
import { parse, parseAllDocuments, stringify } from "yaml";
import { apply } from "./apply.ts";
import { eventually, freePorts, type Program, startProgram } from "./programs.ts";

/** An object as Kueue's own files have it. */
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

const namespace = "kueue-system";
const serviceName = "kueue-webhook-service";
const certificateName = "kueue-webhook-server-cert";

/**
 * Installs Kueue as its own project's manifests do, from its Go module: the real CRDs, webhooks and controller. The controller runs beside
 * the API server, which finds its webhooks behind a Service that is another name of this machine.
 */
export async function startKueue(client: KubernetesClient, kubeconfig: string, directory: string): Promise<Program> {
  const { controller, files } = await resolveKueue();
  const components = join(files, "config", "components");
  const [port = 0] = await freePorts(1);
  const webhook = (path: string) => ({ service: { namespace, name: serviceName, port, path } });
  await apply(client, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await apply(client, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: serviceName, namespace },
    spec: { type: "ExternalName", externalName: "localhost" },
  });
  await apply(client, { apiVersion: "v1", kind: "Secret", metadata: { name: certificateName, namespace } });
  for (const file of readdirSync(join(components, "crd", "bases"))) {
    const definition = parse(readFileSync(join(components, "crd", "bases", file), "utf8")) as Manifest & {
      spec: { versions: unknown[]; conversion?: object };
    };
    if (definition.spec.versions.length > 1 && converted.has(definition.metadata.name)) {
      const conversion = { clientConfig: webhook("/convert"), conversionReviewVersions: ["v1"] };
      definition.spec.conversion = { strategy: "Webhook", webhook: conversion };
    }
    await apply(client, definition);
  }
  const manifests = readFileSync(join(components, "webhook", "manifests.yaml"), "utf8");
  for (const document of parseAllDocuments(manifests)) {
    const configuration = document.toJS() as Manifest & { webhooks: Webhook[] };
    configuration.metadata.name = `kueue-${configuration.metadata.name}`;
    configuration.webhooks = configuration.webhooks
      // Those of Jobs and of Kueue's own kinds; the other integrations are off.
      .filter(({ rules }) => rules.every(({ apiGroups: [group = ""] }) => ["batch", "kueue.x-k8s.io"].includes(group)))
      .map((each) => ({ ...each, clientConfig: webhook(each.clientConfig.service.path) }));
    await apply(client, configuration);
  }
  const certificates = join(directory, "certificates");
  mkdirSync(certificates, { recursive: true });
  const configuration = {
    apiVersion: "config.kueue.x-k8s.io/v1beta2",
    kind: "Configuration",
    namespace,
    health: { healthProbeBindAddress: "0" },
    metrics: { bindAddress: "0" },
    webhook: { port, certDir: certificates },
    leaderElection: { leaderElect: false },
    internalCertManagement: { enable: true, webhookServiceName: serviceName, webhookSecretName: certificateName },
    integrations: { frameworks: ["batch/job"] },
    fairSharing: { preemptionStrategies: ["LessThanOrEqualToFinalShare", "LessThanInitialShare"] },
    featureGates: { VisibilityOnDemand: false },
  };
  const file = join(directory, "kueue.yaml");
  writeFileSync(file, stringify(configuration));
  const program = startProgram(
    controller.path,
    ["--config", file, "--kubeconfig", kubeconfig],
    join(directory, "kueue.log"),
  );
  // In a Pod the kubelet would bring the controller's own certificate from its Secret to its volume.
  await eventually(
    async () => {
      const path = `/api/v1/namespaces/${namespace}/secrets/${certificateName}`;
      const { data = {} } = await client.request<{ data?: Record<string, string> }>("GET", path);
      if (!data["tls.crt"]) return undefined;
      for (const [key, value] of Object.entries(data))
        writeFileSync(join(certificates, key), Buffer.from(value, "base64"), { mode: 0o600 });
      return true;
    },
    { seconds: 60, explain: () => program.log() },
  );
  return program;
}

/** The kinds whose older version Kueue itself converts. */
const converted: ReadonlySet<string> = new Set(
  ["localqueues", "clusterqueues", "cohorts", "workloads", "multikueueclusters"].map(
    (kind) => `${kind}.kueue.x-k8s.io`,
  ),
);

interface Webhook {
  clientConfig: { service: { path: string } };
  rules: { apiGroups: string[] }[];
}
