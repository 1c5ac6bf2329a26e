import { atLeast } from "@genai/core";
import { assert } from "@genai/testing";
import { environmentOf, exampleContext, hostPathsOf, podOf } from "./example-cluster.ts";
import { draDriverObjects } from "./index.ts";

const args = { ...exampleContext, enabled: true, driverRoot: "/", kubernetesVersion: "1.36" };

describe("draDriverObjects", () => {
  it("has a class of devices for whole GPUs and one for MIG instances", () => {
    const { gpuClass, migClass } = draDriverObjects("dra", args);
    assert.deepEqual(
      [gpuClass, migClass].map(({ apiVersion, metadata, spec }) => [
        apiVersion,
        (metadata as { name: string }).name,
        spec,
      ]),
      [
        [
          "resource.k8s.io/v1",
          "gpu.nvidia.com",
          {
            selectors: [
              {
                cel: {
                  expression: "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'",
                },
              },
            ],
            extendedResourceName: "nvidia.com/gpu",
          },
        ],
        [
          "resource.k8s.io/v1",
          "mig.nvidia.com",
          {
            selectors: [
              {
                cel: {
                  expression: "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'mig'",
                },
              },
            ],
          },
        ],
      ],
    );
  });

  it("maps nvidia.com/gpu only where the server has the mapping", () => {
    for (const [kubernetesVersion, mapped] of [
      ["1.34", false],
      ["1.35", false],
      ["1.36", true],
      ["1.40", true],
    ] as const) {
      const { gpuClass } = draDriverObjects("dra", { ...args, kubernetesVersion });
      assert.equal("extendedResourceName" in (gpuClass.spec as object), mapped, kubernetesVersion);
    }
  });

  it("makes the RuntimeClass for the other agents, and runs on the nodes' usual runtime itself", () => {
    const { runtimeClass, daemonSet } = draDriverObjects("dra", args);
    assert.equal(runtimeClass?.handler, "nvidia");
    assert.equal(podOf(daemonSet).runtimeClassName, undefined);
    assert.equal(environmentOf(podOf(daemonSet).containers[0])["NVIDIA_VISIBLE_DEVICES"], "void");
  });

  it("finds a driver that a container brings", () => {
    const pod = podOf(draDriverObjects("dra", { ...args, driverRoot: "/run/nvidia/driver" }).daemonSet);
    assert.ok(hostPathsOf(pod).includes("/run/nvidia/driver") && hostPathsOf(pod).includes("/run/nvidia"));
    assert.equal(environmentOf(pod.containers[0])["NVIDIA_DRIVER_ROOT"], "/run/nvidia/driver");
    assert.ok(hostPathsOf(podOf(draDriverObjects("dra", args).daemonSet)).includes("/"));
  });

  it("publishes slices and reads claims, and changes no node", () => {
    const rules = draDriverObjects("dra", args).clusterRole.rules as { resources: string[]; verbs: string[] }[];
    const writes = rules.filter(({ verbs }) => verbs.includes("update")).flatMap(({ resources }) => resources);
    assert.deepEqual(writes, ["resourceslices"]);
  });
});

describe("atLeast", () => {
  it("compares minor versions as numbers, and takes no answer for an old one", () => {
    assert.deepEqual(
      [
        atLeast("1.36", "1.34"),
        atLeast("1.9", "1.34"),
        atLeast("1.34", "1.34"),
        atLeast("2.0", "1.34"),
        atLeast(undefined, "1.1"),
      ],
      [true, false, true, true, false],
    );
  });
});
