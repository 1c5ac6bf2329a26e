import { assert } from "@genai/testing";
import { environmentOf, exampleContext, examplePools, podOf } from "./example-cluster.ts";
import { gpuAgents } from "./gpu-agent.ts";
import {
  dcgmExporterObjects,
  gpuFeatureDiscoveryObjects,
  migManagerObjects,
  nvidiaDevicePluginObjects,
} from "./index.ts";
import { examplePlugin } from "./example-cluster.ts";

const h100 = examplePools.slice(1);
const gpuPools = [
  ...examplePools.slice(0, 1),
  ...h100.map((pool) => ({ ...pool, name: "notebooks", sharing: { mode: "migSingle", profile: "1g.10gb" } as const })),
  ...h100.map((pool) => ({
    ...pool,
    name: "mixed",
    sharing: { mode: "migMixed", profiles: { "1g.10gb": 2, "3g.40gb": 1 } } as const,
  })),
];
const context = { ...exampleContext, gpuPools };
const objects = migManagerObjects("mig-manager", { ...context, enabled: true, rebootNodes: false });

describe("migManagerObjects", () => {
  it("has a configuration for each pool that is split, called like it, and one that undoes all", () => {
    const config = JSON.parse((objects.config.data as Record<string, string>)["config.yaml"] ?? "") as object;
    assert.deepEqual(config, {
      version: "v1",
      "mig-configs": {
        "all-disabled": [{ devices: "all", "mig-enabled": false }],
        notebooks: [{ devices: "all", "mig-enabled": true, "mig-devices": { "1g.10gb": 7 } }],
        mixed: [{ devices: "all", "mig-enabled": true, "mig-devices": { "1g.10gb": 2, "3g.40gb": 1 } }],
      },
    });
  });

  it("runs on the nodes of those pools alone", () => {
    assert.deepEqual(podOf(objects.daemonSet).affinity, {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [{ key: "genai.platform/pool", operator: "In", values: ["notebooks", "mixed"] }],
            },
          ],
        },
      },
    });
  });

  it("can send every other agent away: they have the labels that it waits for, where it looks", () => {
    const agents = {
      devicePlugin: nvidiaDevicePluginObjects("plugin", { ...context, ...examplePlugin }),
      featureDiscovery: gpuFeatureDiscoveryObjects("gfd", {
        ...context,
        enabled: true,
        intervalSeconds: 60,
        devicePlugin: examplePlugin,
      }),
      exporter: dcgmExporterObjects("dcgm", {
        ...context,
        enabled: true,
        profiling: true,
        intervalSeconds: 15,
        podLabels: false,
      }),
    };
    const environment = environmentOf(podOf(objects.daemonSet).containers[0]);
    for (const [key, { daemonSet }] of Object.entries(agents)) {
      const { app, pauseLabel } = gpuAgents[key as keyof typeof agents];
      const { template } = daemonSet.spec as { template: { metadata: { labels: Record<string, string> } } };
      assert.equal(template.metadata.labels["app"], app);
      assert.ok(JSON.stringify(podOf(daemonSet).affinity).includes(pauseLabel), key);
      assert.equal(
        environment["DEFAULT_GPU_CLIENTS_NAMESPACE"],
        (daemonSet.metadata as { namespace: string }).namespace,
      );
    }
  });

  it("may label its node and remove Pods of the add-ons, and no more", () => {
    assert.deepEqual(objects.clusterRole.rules, [
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch", "patch"] },
    ]);
    assert.deepEqual(objects.role.rules, [
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "delete"] },
    ]);
  });

  it("reboots no node unless told to", () => {
    const reboot = (rebootNodes: boolean) => {
      const { daemonSet } = migManagerObjects("mig-manager", { ...context, enabled: true, rebootNodes });
      return environmentOf(podOf(daemonSet).containers[0])["WITH_REBOOT"];
    };
    assert.deepEqual([reboot(false), reboot(true)], ["false", "true"]);
  });
});
