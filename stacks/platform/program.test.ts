import { readFileSync } from "node:fs";
import { assert, registeredBy, type RegisteredResource } from "@genai/testing";
import { readStackFile, serverNames, type PlatformConfig } from "./config/index.ts";
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
const nodeAgents = ["dcgm-exporter", "gpu-feature-discovery", "node-feature-discovery-worker", "nvidia-device-plugin"];

/** The Deployments of add-ons. */
function replicatedAddons({ addons }: PlatformConfig): string[] {
  return [
    "node-feature-discovery-collector",
    "node-feature-discovery-master",
    ...(addons.metricsServer.enabled ? ["metrics-server"] : []),
  ];
}

describe("deployPlatform", () => {
  for (const stack of stacks) {
    it(`deploys Pulumi.${stack}.yaml: a namespace with borders for each tenant, a server for each model`, async () => {
      const config = configOf(stack);
      const resources = await deployed(config);
      const tenants = Object.keys(config.tenants).map((tenant) => `tenant-${tenant}`);
      assert.deepEqual(names(resources, "Namespace"), ["genai-addons", ...tenants].toSorted());
      assert.deepEqual(
        names(resources, "Deployment"),
        [...serverNames(config), ...Object.keys(config.workers), ...replicatedAddons(config)].toSorted(),
      );
      assert.deepEqual(names(resources, "DaemonSet"), nodeAgents);
      assert.equal(names(resources, "LimitRange").length, tenants.length);
    });

    it(`puts nothing of Pulumi.${stack}.yaml outside the namespaces that it creates, but for one right to read`, async () => {
      const config = configOf(stack);
      const resources = await deployed(config);
      const namespaces = names(resources, "Namespace");
      const strays = resources
        .map(({ inputs }) => (inputs["metadata"] ?? {}) as { namespace?: string; name: string })
        .filter(({ namespace }) => namespace !== undefined && !namespaces.includes(namespace))
        .map(({ name }) => name);
      assert.deepEqual(
        strays,
        config.addons.metricsServer.enabled ? ["genai-metrics-server-authentication-reader"] : [],
      );
    });
  }

  it("hands each model its own key, through its Secret alone", async () => {
    const resources = await deployed(configOf("dev"));
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("key of chat"));
    assert.deepEqual(
      holders.map(({ type, inputs }) => [type, (inputs["metadata"] as { name: string }).name]),
      [["kubernetes:core/v1:Secret", "chat-api-key"]],
    );
  });

  it("deploys no add-on that the cluster has", async () => {
    const config = configOf("dev");
    config.addons.nvidiaDevicePlugin.enabled = false;
    assert.deepEqual(
      names(await deployed(config), "DaemonSet"),
      nodeAgents.filter((name) => name !== "nvidia-device-plugin"),
    );
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
    assert.deepEqual(gpus, { capacity: 8, quotas: { research: 6 } });
  });
});
