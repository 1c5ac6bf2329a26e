import { readFileSync } from "node:fs";
import { assert, registeredBy, type RegisteredResource } from "@genai/testing";
import { queuePools, readStackFile, stackSecrets, serverNames, type PlatformConfig } from "./config/index.ts";
import { deployPlatform } from "./program.ts";

const stacks = ["dev", "staging", "prod"];

function configOf(stack: string): PlatformConfig {
  const { config, problems } = readStackFile(
    readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8"),
  );
  assert.deepEqual(problems, [], `Pulumi.${stack}.yaml`);
  assert.ok(config);
  return config;
}

function deployed(config: PlatformConfig): Promise<RegisteredResource[]> {
  const secrets = Object.fromEntries(serverNames(config).map((server) => [`apiKey-${server}`, `key of ${server}`]));
  return registeredBy(() => deployPlatform(config, secrets));
}

function names(resources: readonly RegisteredResource[], kind: string): string[] {
  return resources
    .filter(({ type }) => type.endsWith(`:${kind}`))
    .map(({ inputs }) => (inputs["metadata"] as { name: string }).name)
    .toSorted();
}

/** The add-ons that run on nodes, one Pod each. */
const nodeAgents = [
  "dcgm-exporter",
  "gpu-feature-discovery",
  "node-exporter",
  "node-feature-discovery-worker",
  "nvidia-device-plugin",
];

/** The Deployments of gateway and chat page. */
const edge = ["chat-page", "gateway", "gateway-cache"];

function isIn(inputs: Record<string, unknown>, namespace: string): boolean {
  return (inputs["metadata"] as { namespace?: string } | undefined)?.namespace === namespace;
}

describe("deployPlatform", () => {
  for (const stack of stacks) {
    it(`deploys Pulumi.${stack}.yaml: a namespace with borders for each tenant, a server for each model`, async () => {
      const config = configOf(stack);
      const resources = await deployed(config);
      const tenants = Object.keys(config.tenants).map((tenant) => `tenant-${tenant}`);
      assert.deepEqual(names(resources, "Namespace"), ["genai-addons", "genai-gateway", ...tenants].toSorted());
      const servers = resources.filter(({ inputs }) => !isIn(inputs, "genai-addons"));
      assert.deepEqual(
        names(servers, "Deployment"),
        [...serverNames(config), ...Object.keys(config.workers), ...edge].toSorted(),
      );
      assert.deepEqual(names(resources, "DaemonSet"), nodeAgents);
      assert.deepEqual(
        names(resources, "StatefulSet"),
        [
          "alertmanager",
          "prometheus",
          ...Object.keys(config.vectorStores),
          ...Object.keys(queuePools(config)).map(() => "genai-queue"),
        ].toSorted(),
      );
      assert.equal(names(resources, "LimitRange").length, tenants.length);
    });

    it(`puts nothing of Pulumi.${stack}.yaml outside the namespaces that it creates, but for rights to read`, async () => {
      const config = configOf(stack);
      const resources = await deployed(config);
      const namespaces = names(resources, "Namespace");
      const strays = resources
        .map(({ type, inputs }) => ({ type, ...((inputs["metadata"] ?? {}) as { namespace?: string; name: string }) }))
        .filter((each) => each.namespace !== undefined && !namespaces.includes(each.namespace))
        .map(({ type, name, namespace }) => `${type.split(":").at(-1)} ${namespace}/${name}`);
      const reader = (name: string) => `RoleBinding kube-system/genai-${name}-authentication-reader`;
      const { metricsServer, prometheusAdapter } = config.addons;
      assert.deepEqual(
        strays.toSorted(),
        [
          // Where Prometheus finds the API server's address.
          "Role default/prometheus",
          "RoleBinding default/prometheus",
          ...(metricsServer.enabled ? [reader("metrics-server")] : []),
          ...(prometheusAdapter.enabled ? [reader("prometheus-adapter")] : []),
        ].toSorted(),
      );
    });
  }

  it("hands each model its own key, through its Secret and the gateway's alone", async () => {
    const resources = await deployed(configOf("dev"));
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("key of chat"));
    assert.deepEqual(
      holders.map(({ type, inputs }) => [type, (inputs["metadata"] as { name: string }).name]),
      [
        ["kubernetes:core/v1:Secret", "chat-api-key"],
        ["kubernetes:core/v1:Secret", "gateway-models"],
      ],
    );
  });

  it("hands each vector store its own keys, through its Secret alone", async () => {
    const config = configOf("dev");
    const secrets = Object.fromEntries(stackSecrets(config).map(({ key }) => [key, `value of ${key}`]));
    const resources = await registeredBy(() => deployPlatform(config, secrets));
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("value of vectorStoreKey-main-"));
    assert.deepEqual(
      holders.map(({ type, inputs }) => [type, (inputs["metadata"] as { name: string }).name]),
      [["kubernetes:core/v1:Secret", "main-keys"]],
    );
  });

  it("deploys no add-on that the cluster has", async () => {
    const config = configOf("dev");
    config.addons.nvidiaDevicePlugin.enabled = false;
    config.addons.nodeExporter.enabled = false;
    assert.deepEqual(
      names(await deployed(config), "DaemonSet"),
      nodeAgents.filter((name) => name !== "nvidia-device-plugin" && name !== "node-exporter"),
    );
  });

  it("hands Grafana its password, through its Secret alone", async () => {
    const config = configOf("dev");
    const resources = await registeredBy(() => deployPlatform(config, { grafanaAdminPassword: "canary password" }));
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("canary password"));
    assert.deepEqual(
      holders.map(({ inputs }) => (inputs["metadata"] as { name: string }).name),
      ["grafana-admin"],
    );
  });

  it("scrapes every server, and lets nobody else in to their metrics", async () => {
    const config = configOf("dev");
    const resources = await deployed(config);
    const file = JSON.stringify(resources.find(({ name }) => name === "prometheus-config")?.inputs);
    const jobs = ["vllm-chat", "vllm-draft", "tei-documents", "litellm", "worker-batch", "dcgm-exporter"];
    for (const job of [...jobs, "metrics-server"]) assert.ok(file.includes(job), job);
    const policy = JSON.stringify(resources.find(({ name }) => name === "chat-networkPolicy")?.inputs);
    assert.ok(policy.includes('"app.kubernetes.io/name":"prometheus"') && policy.includes('"genai-addons"'));
  });

  it("scrapes every replica of Qdrant without a key of it", async () => {
    const resources = await deployed(configOf("staging"));
    const prometheus = resources.filter(({ name }) => name.startsWith("prometheus-"));
    const file = JSON.stringify(prometheus.find(({ name }) => name === "prometheus-config")?.inputs);
    assert.ok(file.includes("qdrant-main"));
    assert.ok(!JSON.stringify(prometheus).includes("main-keys"));
  });

  it("leaves monitoring to the cluster where the stack file says so", async () => {
    const config = configOf("dev");
    const addonsOf = async () =>
      (await deployed(config))
        .filter(({ inputs }) => isIn(inputs, "genai-addons"))
        .map(({ inputs }) => String(inputs["kind"]));
    config.monitoring = { mode: "existing", namespace: "monitoring", labels: {} };
    assert.ok(!(await addonsOf()).includes("StatefulSet"));
    config.monitoring = { mode: "operator", namespace: "monitoring", labels: { release: "main" } };
    const kinds = await addonsOf();
    assert.equal(kinds.filter((kind) => kind === "PodMonitor").length, 7);
    assert.equal(kinds.filter((kind) => kind === "PrometheusRule").length, 1);
  });

  it("scales on waiting requests where the adapter tells them", async () => {
    const metrics = async (stack: string) =>
      JSON.stringify((await deployed(configOf(stack))).find(({ name }) => name === "chat-autoscaler")?.inputs);
    assert.match(await metrics("staging"), /"type":"Resource"/);
    assert.match(await metrics("prod"), /"requests_waiting".*"workload":"chat".*"type":"External"/);
  });

  it("gives endpoints, namespaces and GPUs", async () => {
    const config = configOf("dev");
    let endpoints: Record<string, string> | undefined;
    let gpus: unknown;
    await registeredBy(() => {
      const outputs = deployPlatform(config, {});
      outputs.endpoints.apply((value) => (endpoints = value));
      gpus = outputs.gpus;
    });
    assert.equal(endpoints?.["chat"], "http://chat.tenant-research.svc.cluster.local:8000/v1");
    assert.equal(endpoints?.["documents"], "http://documents.tenant-research.svc.cluster.local:8080/v1");
    assert.equal(endpoints?.["main"], "postgresql://main.tenant-research.svc.cluster.local:5432/vectors");
    assert.deepEqual(gpus, { capacity: 8, quotas: { research: 6 } });
  });
});
