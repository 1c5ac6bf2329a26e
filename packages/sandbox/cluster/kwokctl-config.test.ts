import { assert } from "@genai/testing";
import { parseAllDocuments } from "yaml";
import { simulatedKubelet } from "../node/addresses.ts";
import { kwokArguments } from "../node/kwok.ts";
import { componentNames, kwokctlConfig } from "./kwokctl-config.ts";
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
  componentsPatches: { name: string; extraArgs: { key: string; value: string; override?: true }[] }[];
}

interface Usage {
  spec: { usages: { usage: Record<"cpu" | "memory", { expression: string }> }[] };
}

interface KwokConfiguration {
  options: { enableDebuggingHandlers: boolean };
}

function documents(changes: Partial<ClusterOptions> = {}): [Configuration, KwokConfiguration, Usage] {
  const changed = { ...options, ...changes };
  const paths = clusterPaths(changed.directory, changed.name);
  const text = kwokctlConfig(changed, paths, preferredPorts(changed.name));
  return parseAllDocuments(text).map((document) => document.toJS() as unknown) as [
    Configuration,
    KwokConfiguration,
    Usage,
  ];
}

const realNode = {} as ClusterOptions["realNode"];

/** What a component is told, and which of it in place of kwokctl's own. */
function argumentsOf(component: string, changes: Partial<ClusterOptions> = {}) {
  const { extraArgs = [] } = documents(changes)[0].componentsPatches.find(({ name }) => name === component) ?? {};
  return {
    values: Object.fromEntries(extraArgs.map(({ key, value }) => [key, value])),
    overridden: extraArgs.filter(({ override }) => override).map(({ key }) => key),
  };
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
    const { values, overridden } = argumentsOf("etcd");
    assert.equal(values["data-dir"], "/checkout/.genai/clusters/dev/etcd");
    assert.ok(overridden.includes("data-dir"));
  });

  it("has etcd ask for the cluster's certificate on both ports, where kwokctl would serve everybody", () => {
    const { values, overridden } = argumentsOf("etcd");
    const urls = Object.entries(values).filter(([key]) => key.endsWith("-urls") || key === "initial-cluster");
    assert.equal(urls.length, 5);
    for (const [key, value] of urls) {
      assert.match(value, /^(node0=)?https:\/\/127\.0\.0\.1:\d+$/, key);
      assert.ok(overridden.includes(key), key);
    }
    for (const prefix of ["", "peer-"]) {
      assert.equal(values[`${prefix}client-cert-auth`], "true");
      assert.match(values[`${prefix}trusted-ca-file`] ?? "", /\/pki\/ca\.crt$/);
    }
    const server = argumentsOf("kube-apiserver");
    assert.equal(server.values["etcd-servers"], values["listen-client-urls"]);
    assert.ok(server.overridden.includes("etcd-servers"));
    assert.match(server.values["etcd-certfile"] ?? "", /\/pki\/admin\.crt$/);
  });

  it("tells strangers of controllers nothing but that they run", () => {
    for (const component of ["kube-controller-manager", "kube-scheduler"]) {
      const { values, overridden } = argumentsOf(component);
      assert.equal(values["authorization-always-allow-paths"], "/healthz");
      assert.deepEqual(overridden, ["authorization-always-allow-paths"]);
      // kwokctl does not give it: there is nothing to override.
      assert.equal(values["leader-elect"], "false");
    }
    assert.equal(documents()[1].options.enableDebuggingHandlers, false);
  });

  it("leaves KWOK to the real node, where there is one", () => {
    assert.deepEqual(documents()[0].options["disable"], []);
    assert.ok(componentNames({}).includes("kwok-controller"));
    assert.deepEqual(documents({ realNode })[0].options["disable"], ["kwok-controller"]);
    assert.ok(!componentNames({ realNode }).includes("kwok-controller"));
    const paths = clusterPaths(options.directory, options.name);
    const address = `--server-address=${simulatedKubelet.address}:`;
    assert.equal(kwokArguments(paths).filter((argument) => argument.startsWith(address)).length, 1);
    assert.deepEqual(
      kwokArguments(paths).filter((argument) => argument.startsWith("--config=")),
      [`--config=${paths.kwokctlRecord}`, `--config=${paths.simulatedUsage}`],
    );
  });

  it("lifts the request limits only on request", () => {
    assert.equal(documents()[0].options["disableQPSLimits"], false);
    assert.equal(documents({ disableRequestLimits: true })[0].options["disableQPSLimits"], true);
  });

  it("simulates usage from annotations and requests", () => {
    const usage = documents()[2].spec.usages[0]?.usage;
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
