import type { PoolSharing } from "@genai/catalog";
import { assert, registeredBy } from "@genai/testing";
import {
  environmentOf,
  exampleContext,
  examplePlugin,
  examplePools,
  hostPathsOf,
  nameOf,
  podOf,
} from "./example-cluster.ts";
import { NvidiaDevicePlugin, gpuRuntimeClassName, nvidiaDevicePluginObjects } from "./index.ts";

type Args = Parameters<typeof nvidiaDevicePluginObjects>[1];

const args: Args = { ...exampleContext, ...examplePlugin };
const timeSlicing = {
  mode: "timeSlicing",
  replicas: 4,
  renameByDefault: true,
  failRequestsGreaterThanOne: true,
} as const;
const mps = { mode: "mps", replicas: 3, renameByDefault: false } as const;

/** The example's pools, the first of which shares. */
const sharedPools = (sharing: PoolSharing) =>
  examplePools.map((pool, index) => (index === 0 ? { ...pool, sharing } : pool));

function read(overrides: Partial<Args> = {}) {
  const objects = nvidiaDevicePluginObjects("nvidia-device-plugin", { ...args, ...overrides });
  const texts = objects.config.data as Record<string, string>;
  const files = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, JSON.parse(text) as Record<string, Record<string, unknown>>]),
  );
  const pod = podOf(objects.daemonSet);
  return { objects, files, file: files["config.yaml"], pod, container: pod.containers[0] };
}

describe("nvidiaDevicePluginObjects", () => {
  it("writes the plugin's v1 configuration: whole GPUs by default, and one file for all", () => {
    assert.deepEqual(read().files, {
      "config.yaml": {
        version: "v1",
        flags: {
          migStrategy: "none",
          failOnInitError: true,
          plugin: { passDeviceSpecs: false, deviceListStrategy: ["envvar"], deviceIDStrategy: "uuid" },
        },
      },
    });
  });

  it("writes time-slicing of every GPU", () => {
    assert.deepEqual(read({ sharing: timeSlicing }).file?.["sharing"], {
      timeSlicing: {
        renameByDefault: true,
        failRequestsGreaterThanOne: true,
        resources: [{ name: "nvidia.com/gpu", replicas: 4 }],
      },
    });
  });

  it("gives each pool a configuration of its own where one shares differently, called like the pool", () => {
    const { files } = read({ gpuPools: sharedPools(mps) });
    assert.deepEqual(Object.keys(files), ["config.yaml", "a10", "h100"]);
    assert.deepEqual(files["a10"]?.["sharing"], {
      mps: { renameByDefault: false, resources: [{ name: "nvidia.com/gpu", replicas: 3 }] },
    });
    assert.equal(files["h100"]?.["sharing"], undefined);
  });

  it("takes the MIG strategy from the pool", () => {
    const strategies = (
      [
        { mode: "migSingle", profile: "1g.10gb" },
        { mode: "migMixed", profiles: {} },
      ] as const
    ).map((sharing) => read({ gpuPools: sharedPools(sharing) }).files["a10"]?.["flags"]?.["migStrategy"]);
    assert.deepEqual(strategies, ["single", "mixed"]);
  });

  it("lets the config manager choose by the node's label, at start and afterwards", () => {
    const { pod, objects } = read({ gpuPools: sharedPools(timeSlicing) });
    const [init] = pod.initContainers ?? [];
    const sidecar = pod.containers[1];
    assert.ok(init && sidecar);
    assert.equal(environmentOf(init)["ONESHOT"], "true");
    assert.deepEqual(environmentOf(sidecar), {
      ONESHOT: "false",
      NODE_LABEL: "genai.platform/pool",
      NODE_NAME: undefined,
      CONFIG_FILE_SRCDIR: "/available-configs",
      CONFIG_FILE_DST: "/config/config.yaml",
      DEFAULT_CONFIG: "config.yaml",
      SEND_SIGNAL: "true",
      PROCESS_TO_SIGNAL: "nvidia-device-plugin",
    });
    assert.equal(pod.containers[0].command?.[0], environmentOf(sidecar)["PROCESS_TO_SIGNAL"]);
    assert.equal(pod.shareProcessNamespace, true);
    assert.ok(sidecar.volumeMounts.some(({ mountPath }) => mountPath.endsWith("/serviceaccount")));
    assert.ok(!pod.containers[0].volumeMounts.some(({ mountPath }) => mountPath.endsWith("/serviceaccount")));
    assert.deepEqual(objects.clusterRole?.rules, [
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
    ]);
  });

  it("does without config manager, role and token where all pools are alike", () => {
    const { pod, objects } = read();
    assert.deepEqual([pod.initContainers, pod.containers.length, pod.shareProcessNamespace], [[], 1, undefined]);
    assert.deepEqual(
      [objects.clusterRole, objects.clusterRoleBinding, objects.networkPolicy],
      [undefined, undefined, undefined],
    );
    assert.ok(pod.volumes.every(({ projected }) => !projected));
  });

  it("runs MPS's control daemon on the pools that share by it, in the directories that the plugin mounts", () => {
    const { objects, container } = read({ gpuPools: sharedPools(mps) });
    const daemon = podOf(objects.mpsControlDaemon);
    const text = JSON.stringify(daemon.affinity);
    assert.ok(text.includes('"a10"') && !text.includes('"h100"') && !text.includes("gpu.present"), text);
    assert.equal(daemon.serviceAccountName, nameOf(objects.serviceAccount));
    assert.deepEqual(hostPathsOf(daemon), ["/run/nvidia/mps", "/run/nvidia/mps/shm"]);
    assert.ok(container.volumeMounts.some(({ mountPath }) => mountPath === "/mps"));
    assert.equal(environmentOf(container)["MPS_ROOT"], "/run/nvidia/mps");
    assert.deepEqual(
      daemon.initContainers?.map(({ name }) => name),
      ["mount-shared-memory", "choose-config"],
    );
    assert.equal(read().objects.mpsControlDaemon, undefined);
  });

  it("runs MPS's control daemon on every GPU node where that is the default", () => {
    const daemon = podOf(read({ sharing: mps, gpuPools: [] }).objects.mpsControlDaemon);
    assert.ok(JSON.stringify(daemon.affinity).includes("nvidia.com/gpu.present"));
  });

  it("hands GPUs over by CDI if told to, and finds the driver on the node for it", () => {
    const { file, pod } = read({ cdi: true });
    assert.match(JSON.stringify(file), /"deviceListStrategy":\["cdi-cri"\]/);
    assert.deepEqual(hostPathsOf(pod), ["/var/lib/kubelet/device-plugins", "/var/run/cdi", "/"]);
  });

  it("rolls the Pods when the configuration changes, and only then", () => {
    const configName = (overrides: Partial<Args>) => nameOf(read(overrides).objects.config);
    assert.notEqual(configName({ migStrategy: "mixed" }), configName({}));
    assert.notEqual(configName({ gpuPools: sharedPools(mps) }), configName({}));
    assert.equal(configName({ runtimeClass: "none" }), configName({}));
    const mounted = read().pod.volumes.find(({ configMap }) => configMap)?.configMap?.name;
    assert.equal(mounted, configName({}));
  });

  it("runs on nodes with a GPU, and leaves them while they are split", () => {
    const text = JSON.stringify(read().pod.affinity);
    for (const part of ["nvidia.com/gpu.present", "a10", "h100", "nvidia.com/gpu.deploy.device-plugin"])
      assert.ok(text.includes(part), part);
  });

  it("is a critical node service without a token, a capability or a writable root", () => {
    const { pod, container } = read();
    assert.equal(pod.priorityClassName, "system-node-critical");
    assert.equal(pod.automountServiceAccountToken, false);
    assert.deepEqual(container.securityContext, {
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
    assert.deepEqual(hostPathsOf(pod), ["/var/lib/kubelet/device-plugins"]);
  });

  it("takes SYS_ADMIN and the monitor devices for MIG alone", () => {
    for (const mig of [
      { migStrategy: "single" as const },
      { gpuPools: sharedPools({ mode: "migSingle", profile: "1g.10gb" }) },
    ]) {
      const { container } = read(mig);
      assert.deepEqual(container.securityContext["capabilities"], { drop: ["ALL"], add: ["SYS_ADMIN"] });
      // The API server refuses allowPrivilegeEscalation: false beside SYS_ADMIN.
      assert.equal(container.securityContext["allowPrivilegeEscalation"], undefined);
      assert.equal(environmentOf(container)["NVIDIA_MIG_MONITOR_DEVICES"], "all");
    }
    assert.ok(!("NVIDIA_MIG_MONITOR_DEVICES" in environmentOf(read().container)));
  });

  it("creates the RuntimeClass, uses an existing one, or does without", () => {
    assert.equal(read().objects.runtimeClass?.handler, "nvidia");
    assert.equal(read({ runtimeClass: "existing" }).objects.runtimeClass, undefined);
    assert.equal(read({ runtimeClass: "existing" }).pod.runtimeClassName, "nvidia");
    assert.equal(read({ runtimeClass: "none" }).pod.runtimeClassName, undefined);
    assert.equal(gpuRuntimeClassName({ runtimeClass: "none" }), undefined);
  });
});

describe("NvidiaDevicePlugin", () => {
  it("registers its objects", async () => {
    const resources = await registeredBy(() => new NvidiaDevicePlugin("nvidia-device-plugin", args));
    assert.deepEqual(
      resources.map(({ type, name }) => [type, name]).toSorted(),
      [
        ["genai:addons:NvidiaDevicePlugin", "nvidia-device-plugin"],
        ["kubernetes:apps/v1:DaemonSet", "nvidia-device-plugin-daemonSet"],
        ["kubernetes:core/v1:ConfigMap", "nvidia-device-plugin-config"],
        ["kubernetes:core/v1:ServiceAccount", "nvidia-device-plugin-serviceAccount"],
        ["kubernetes:node.k8s.io/v1:RuntimeClass", "nvidia-device-plugin-runtimeClass"],
      ].toSorted(),
    );
  });
});
