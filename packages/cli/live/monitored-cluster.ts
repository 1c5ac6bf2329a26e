import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  alertmanagerFile,
  kubeStateMetricsArguments,
  nodeExporterArguments,
  prometheusAdapterArguments,
  prometheusAdapterObjects,
  type PrometheusFile,
  type ScrapeJob,
} from "@genai/addons";
import { apiTokenMount, type KubernetesObject } from "@genai/core";
import { type MonitoringToolName, resolveMonitoringTools } from "@genai/sandbox";
import { parse, stringify } from "yaml";
import { filesOf } from "./monitoring-files.ts";
import { type Checkout, copyCheckout } from "./checkout.ts";
import { eventually, freePorts, listen, type Program, read, startProgram } from "./programs.ts";

/** Requests that wait for the model `chat`, as the test's own server of vLLM's metrics says. */
export const waiting = 15;

/** What of vLLM's metrics the test serves: Pods of simulated nodes serve none. */
const vllmMetrics = [
  `vllm:num_requests_waiting{model_name="chat",engine="0"} ${waiting}`,
  'vllm:num_requests_running{model_name="chat",engine="0"} 4',
  'vllm:kv_cache_usage_perc{model_name="chat",engine="0"} 0.5',
  "",
].join("\n");

/** The dev stack on an embedded cluster, with the real monitoring programs beside it, each with the rights of its own Pods. */
export interface MonitoredCluster {
  checkout: Checkout;
  /** Addresses of the programs on the loopback interface. */
  urls: Record<"prometheus" | "alertmanager" | "kube-state-metrics" | "node-exporter", string>;
  /** The scrape jobs, adapted. */
  jobs: readonly ScrapeJob[];
  /** What the receiver of the dead-man's switch got. */
  notifications: string[];
  kubectl(...args: string[]): Promise<string>;
  /** Answer of Prometheus' API. */
  ask<Answer>(path: string): Promise<Answer>;
  /** The ends of the programs' logs. */
  logs(): string;
  stop(): Promise<void>;
}

/** Deploys the dev stack and starts the programs with the configuration that it deploys, but for paths and addresses. */
export async function startMonitoredCluster(
  objects: readonly KubernetesObject[],
  directory: string,
): Promise<MonitoredCluster> {
  const tools = await resolveMonitoringTools();
  const checkout = await copyCheckout();
  // Production's runs beside the cluster, where the test can ask it; a metrics API has one server.
  checkout.edit("Pulumi.dev.yaml", "prometheusAdapter: { enabled: true }", "prometheusAdapter: { enabled: false }");
  const programs: Program[] = [];
  const closing: (() => Promise<void>)[] = [() => checkout.remove()];
  const stop = async () => {
    await Promise.all(programs.map((program) => program.stop()));
    for (const close of closing) await close();
  };
  const logs = () => programs.map((program) => program.log()).join("\n----\n");
  try {
    const kubectl = (...args: string[]) => checkout.kubectl("dev", ...args);
    const { exitCode, all } = await checkout.genai("up");
    if (exitCode !== 0) throw new Error(all);
    const [prometheus = 0, alertmanager = 0, stateMetrics = 0, stateTelemetry = 0, nodes = 0, adapter = 0, gossip = 0] =
      await freePorts(7);
    const vllm = await listen(() => vllmMetrics);
    const notifications: string[] = [];
    const receiver = await listen((_, body) => {
      notifications.push(body);
      return "";
    });
    closing.unshift(vllm.close, receiver.close);
    const file = (name: string, content: string) => {
      writeFileSync(join(directory, name), content, { mode: 0o600 });
      return join(directory, name);
    };
    const { server, ca } = clusterOf(checkout);
    file("ca.crt", ca);
    const access = async (account: string) => {
      const token = await kubectl("create", "token", account, "-n", "genai-addons", "--duration=1h");
      file(`${account}-token`, token);
      return file(`${account}-kubeconfig`, kubeconfig(server, ca, token));
    };
    const start = (tool: MonitoringToolName, ...args: string[]) =>
      programs.push(startProgram(tools[tool].path, args, join(directory, `${tool}.log`)));

    start(
      "kube-state-metrics",
      `--kubeconfig=${await access("kube-state-metrics")}`,
      "--host=127.0.0.1",
      `--port=${stateMetrics}`,
      "--telemetry-host=127.0.0.1",
      `--telemetry-port=${stateTelemetry}`,
      ...kubeStateMetricsArguments,
    );
    start("node_exporter", `--web.listen-address=127.0.0.1:${nodes}`, ...nodeExporterArguments);

    const secrets = join(directory, "secrets", "outside");
    mkdirSync(secrets, { recursive: true });
    writeFileSync(join(secrets, "value"), `http://127.0.0.1:${receiver.port}/`);
    const outside = {
      kind: "webhook",
      secret: { name: "outside", key: "url" },
      severities: ["critical"],
      deadMansSwitch: true,
    } as const;
    const routes = JSON.stringify(alertmanagerFile({ outside })).replaceAll(
      "/etc/alertmanager-secrets",
      join(directory, "secrets"),
    );
    start(
      "alertmanager",
      `--config.file=${file("alertmanager.yaml", routes)}`,
      `--storage.path=${join(directory, "alertmanager")}`,
      `--web.listen-address=127.0.0.1:${alertmanager}`,
      `--cluster.listen-address=127.0.0.1:${gossip}`,
    );

    const { "prometheus.yaml": config = "", "rules.yaml": rules = "" } = filesOf(objects, "prometheus");
    file("rules.yaml", rules);
    const prometheusAccess = await access("prometheus");
    const here = config
      .replaceAll("/etc/prometheus/rules.yaml", join(directory, "rules.yaml"))
      .replaceAll(`${apiTokenMount.mountPath}/token`, join(directory, "prometheus-token"))
      .replaceAll(`${apiTokenMount.mountPath}/ca.crt`, join(directory, "ca.crt"));
    const addresses = {
      "kube-apiserver": server.replace("https://", ""),
      "vllm-chat": `127.0.0.1:${vllm.port}`,
      "kube-state-metrics": `127.0.0.1:${stateMetrics}`,
      "kube-state-metrics-itself": `127.0.0.1:${stateTelemetry}`,
      "node-exporter": `127.0.0.1:${nodes}`,
      prometheus: `127.0.0.1:${prometheus}`,
      alertmanager: `127.0.0.1:${alertmanager}`,
    };
    const adapted = adaptedTo(JSON.parse(here) as PrometheusFile, prometheusAccess, addresses);
    start(
      "prometheus",
      `--config.file=${file("prometheus.yaml", JSON.stringify(adapted))}`,
      `--storage.tsdb.path=${join(directory, "data")}`,
      `--web.listen-address=127.0.0.1:${prometheus}`,
    );

    const url = (port: number) => `http://127.0.0.1:${port}`;
    const urls = {
      prometheus: url(prometheus),
      alertmanager: url(alertmanager),
      "kube-state-metrics": url(stateMetrics),
      "node-exporter": url(nodes),
    };
    await eventually(() => read(`${urls.prometheus}/-/ready`), { seconds: 60, explain: logs });

    const adapterObjects = prometheusAdapterObjects("prometheus-adapter", {
      enabled: true,
      replicas: 1,
      namespace: "genai-addons",
      prometheus: { url: urls.prometheus, pods: {} },
      sources: new Set(["vllm"]),
    });
    const manifest = file("adapter-objects.yaml", reachableAt(adapter, adapterObjects));
    await kubectl("apply", "--server-side", "-f", manifest);
    const adapterAccess = await access("prometheus-adapter");
    start(
      "prometheus-adapter",
      "--bind-address=127.0.0.1",
      `--secure-port=${adapter}`,
      `--cert-dir=${join(directory, "certificates")}`,
      `--config=${file("adapter.yaml", (adapterObjects.config.data as Record<string, string>)["config.yaml"] ?? "")}`,
      `--prometheus-url=${urls.prometheus}`,
      `--lister-kubeconfig=${adapterAccess}`,
      `--authentication-kubeconfig=${adapterAccess}`,
      `--authorization-kubeconfig=${adapterAccess}`,
      ...prometheusAdapterArguments,
      // Not to wait half a minute for the first look.
      "--metrics-relist-interval=2s",
    );
    closing.unshift(async () => {
      // A namespace cannot go while an API does not answer.
      await kubectl("delete", "-f", manifest, "--ignore-not-found");
    });
    const ask = async <Answer>(path: string) =>
      (JSON.parse(await read(`${urls.prometheus}/api/v1/${path}`)) as { data: Answer }).data;
    return { checkout, urls, jobs: adapted.scrape_configs, notifications, kubectl, ask, logs, stop };
  } catch (error) {
    const printed = logs();
    await stop();
    throw new Error(`${String(error)}\n${printed}`, { cause: error });
  }
}

/** Address and certificate authority of the embedded cluster. */
function clusterOf({ directory }: Checkout): { server: string; ca: string } {
  const text = readFileSync(join(directory, ".genai", "clusters", "dev", "kubeconfig"), "utf8");
  const { clusters } = parse(text) as {
    clusters: {
      cluster: { server: string; "certificate-authority"?: string; "certificate-authority-data"?: string };
    }[];
  };
  const cluster = clusters[0]?.cluster;
  if (!cluster) throw new Error("the embedded cluster's kubeconfig names no cluster");
  const { server, "certificate-authority": path, "certificate-authority-data": data } = cluster;
  return { server, ca: path ? readFileSync(path, "utf8") : Buffer.from(data ?? "", "base64").toString() };
}

function kubeconfig(server: string, ca: string, token: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "a", cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } }],
    users: [{ name: "a", user: { token } }],
    contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
    "current-context": "a",
  });
}

/** The deployed configuration, discovering from outside the cluster, faster, and reading from where the programs are. */
function adaptedTo(
  file: PrometheusFile,
  kubeconfigFile: string,
  addresses: Readonly<Record<string, string>>,
): PrometheusFile {
  const outside = <Job extends Omit<ScrapeJob, "job_name">>(job: Job, address?: string): Job => ({
    ...job,
    kubernetes_sd_configs: job.kubernetes_sd_configs.map((each) => ({ ...each, kubeconfig_file: kubeconfigFile })),
    relabel_configs: [
      ...job.relabel_configs,
      ...(address ? [{ target_label: "__address__", replacement: address }] : []),
    ],
  });
  const alertmanagers = file.alerting?.alertmanagers.map((each) => outside(each, addresses["alertmanager"]));
  return {
    ...file,
    global: { ...file.global, scrape_interval: "5s", evaluation_interval: "5s" },
    ...(alertmanagers && { alerting: { alertmanagers } }),
    scrape_configs: file.scrape_configs.map((job) => outside(job, addresses[job.job_name])),
  };
}

/** The adapter's objects without its Pods, as YAML: the API server reaches the program on this machine. */
function reachableAt(port: number, objects: ReturnType<typeof prometheusAdapterObjects>): string {
  const ofPods = ["Deployment", "ConfigMap", "PodDisruptionBudget", "NetworkPolicy"];
  const documents = Object.values(objects)
    .filter(({ kind }) => !ofPods.includes(kind))
    .map((object) => {
      const plain = JSON.parse(JSON.stringify(object)) as { kind: string; spec: { service: { port: number } } };
      if (plain.kind === "APIService") plain.spec.service.port = port;
      return plain.kind === "Service" ? { ...plain, spec: { type: "ExternalName", externalName: "localhost" } } : plain;
    });
  return documents.map((document) => stringify(document)).join("---\n");
}
