import { assert } from "@genai/testing";
import { parseAllDocuments } from "yaml";
import { kwokctlConfig } from "./kwokctl-config.ts";
import type { ClusterOptions, ClusterTool } from "./options.ts";
import { clusterPaths } from "./paths.ts";
import { preferredPorts } from "./ports.ts";

const tool = (name: ClusterTool) => ({ version: "1.36.3", path: `/cache/${name}` });
const options: ClusterOptions = {
  directory: "/checkout/.genai/clusters/dev",
  name: "genai-dev-01234567",
  pools: [],
  tools: {
    etcd: tool("etcd"),
    "kube-apiserver": tool("kube-apiserver"),
    "kube-controller-manager": tool("kube-controller-manager"),
    "kube-scheduler": tool("kube-scheduler"),
    kwok: tool("kwok"),
    kwokctl: tool("kwokctl"),
    kubectl: tool("kubectl"),
    "metrics-server": tool("metrics-server"),
    "storage-provisioner": tool("storage-provisioner"),
  },
};

interface Configuration {
  options: Record<string, unknown>;
  componentsPatches: { name: string; extraArgs: unknown[] }[];
}

interface Usage {
  spec: { usages: { usage: Record<"cpu" | "memory", { expression: string }> }[] };
}

function documents(changes: Partial<ClusterOptions> = {}): [Configuration, Usage] {
  const changed = { ...options, ...changes };
  const paths = clusterPaths(changed.directory, changed.name);
  const text = kwokctlConfig(changed, paths, preferredPorts(changed.name));
  return parseAllDocuments(text).map((document) => document.toJS() as unknown) as [Configuration, Usage];
}

describe("kwokctlConfig", () => {
  it("binds to loopback only, on the ports given", () => {
    const [config] = documents();
    assert.equal(config.options["bindAddress"], "127.0.0.1");
    assert.equal(config.options["kubeApiserverPort"], preferredPorts(options.name).apiserver);
    const ports = Object.entries(config.options).filter(([key]) => key.endsWith("Port"));
    assert.equal(new Set(ports.map(([, port]) => port)).size, 7);
  });

  it("keeps etcd's data out of the directory that kwokctl removes when it fails", () => {
    const [config] = documents();
    assert.deepEqual(config.componentsPatches.find(({ name }) => name === "etcd")?.extraArgs, [
      { key: "data-dir", value: "/checkout/.genai/clusters/dev/etcd", override: true },
    ]);
  });

  it("lifts the request limits only on request", () => {
    assert.equal(documents()[0].options["disableQPSLimits"], false);
    assert.equal(documents({ disableRequestLimits: true })[0].options["disableQPSLimits"], true);
  });

  it("simulates usage from annotations and requests", () => {
    const usage = documents()[1].spec.usages[0]?.usage;
    assert.match(usage?.cpu.expression ?? "", /usage-cpu.*container\.resources\.requests\["cpu"\] \* 0\.3/);
    assert.match(usage?.memory.expression ?? "", /usage-memory.*Quantity\("16Mi"\)$/);
  });
});

describe("preferredPorts", () => {
  it("are the same for a name, differ between names, and stay below the ports of outgoing connections", () => {
    assert.deepEqual(preferredPorts("genai-dev-01234567"), preferredPorts("genai-dev-01234567"));
    assert.notDeepEqual(preferredPorts("genai-dev-01234567"), preferredPorts("genai-prod-01234567"));
    for (const name of ["a", "b", "c", "d"]) assert.ok(Math.max(...Object.values(preferredPorts(name))) < 32_768);
  });
});
