import { assert } from "@genai/testing";
import { environmentOf, exampleContext, examplePlugin, examplePools, hostPathsOf, podOf } from "./example-cluster.ts";
import { gpuFeatureDiscoveryObjects, nvidiaDevicePluginObjects } from "./index.ts";

const args = { ...exampleContext, enabled: true, intervalSeconds: 60, devicePlugin: examplePlugin };
const shared = examplePools.map((pool) => ({
  ...pool,
  sharing: { mode: "mps", replicas: 2, renameByDefault: false } as const,
}));

describe("gpuFeatureDiscoveryObjects", () => {
  it("reads the very files of the device plugin, so that its labels say how GPUs are shared", () => {
    for (const gpuPools of [examplePools, shared]) {
      const { config } = gpuFeatureDiscoveryObjects("gfd", { ...args, gpuPools });
      const plugin = nvidiaDevicePluginObjects("plugin", { ...exampleContext, ...examplePlugin, gpuPools });
      assert.deepEqual(config.data, plugin.config.data);
    }
  });

  it("hands its labels over by an object for each node, and needs no directory of the node", () => {
    const { daemonSet, role } = gpuFeatureDiscoveryObjects("gfd", args);
    const pod = podOf(daemonSet);
    const environment = environmentOf(pod.containers[0]);
    assert.deepEqual(hostPathsOf(pod), []);
    assert.equal(environment["GFD_USE_NODE_FEATURE_API"], "true");
    assert.equal(environment["GFD_SLEEP_INTERVAL"], "60s");
    assert.deepEqual((role.rules as { resources: string[] }[])[0]?.resources, ["nodefeatures"]);
    assert.ok(pod.containers[0].volumeMounts.some(({ mountPath }) => mountPath.endsWith("/serviceaccount")));
  });

  it("mounts each volume once, with the config manager and without", () => {
    for (const gpuPools of [examplePools, shared]) {
      const pod = podOf(gpuFeatureDiscoveryObjects("gfd", { ...args, gpuPools }).daemonSet);
      const names = pod.volumes.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length, names.join(" "));
      for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
        const missing = container.volumeMounts.filter((mount) => !names.includes(mount.name));
        assert.deepEqual(missing, []);
      }
    }
  });

  it("reads nodes only for the config manager", () => {
    assert.equal(gpuFeatureDiscoveryObjects("gfd", args).clusterRole, undefined);
    assert.ok(gpuFeatureDiscoveryObjects("gfd", { ...args, gpuPools: shared.slice(0, 1) }).clusterRole);
  });

  it("leaves a node while its GPUs are split", () => {
    const { daemonSet } = gpuFeatureDiscoveryObjects("gfd", args);
    assert.ok(JSON.stringify(podOf(daemonSet).affinity).includes("nvidia.com/gpu.deploy.gpu-feature-discovery"));
  });
});
