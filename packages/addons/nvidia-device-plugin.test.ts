import { assert, registeredBy } from "@genai/testing";
import { NvidiaDevicePlugin, gpuRuntimeClassName, nvidiaDevicePluginObjects } from "./index.ts";

type Args = Parameters<typeof nvidiaDevicePluginObjects>[1];

const gpuTaint = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };
const args: Args = {
  enabled: true,
  migStrategy: "none",
  sharing: { mode: "none" },
  runtimeClass: "create",
  namespace: "genai-addons",
  gpuPools: [{ name: "a10", taints: [gpuTaint] }],
};

interface PodSpec {
  affinity: unknown;
  tolerations: unknown;
  priorityClassName: string;
  runtimeClassName?: string;
  automountServiceAccountToken: boolean;
  containers: {
    securityContext: Record<string, unknown>;
    env: { name: string }[];
    image: string;
    resources: unknown;
  }[];
  volumes: { name: string; configMap?: { name: string }; hostPath?: { path: string } }[];
}

function read(overrides: Partial<Args> = {}) {
  const objects = nvidiaDevicePluginObjects("nvidia-device-plugin", { ...args, ...overrides });
  const file = JSON.parse((objects.config.data as Record<string, string>)["config.yaml"] ?? "") as Record<
    string,
    unknown
  >;
  const pod = (objects.daemonSet.spec as unknown as { template: { spec: PodSpec } }).template.spec;
  return { objects, file, pod, container: pod.containers[0] };
}

describe("nvidiaDevicePluginObjects", () => {
  it("writes the plugin's v1 configuration: whole GPUs by default", () => {
    assert.deepEqual(read().file, {
      version: "v1",
      flags: {
        migStrategy: "none",
        failOnInitError: true,
        plugin: { passDeviceSpecs: false, deviceListStrategy: ["envvar"], deviceIDStrategy: "uuid" },
      },
    });
  });

  it("writes time-slicing of every GPU", () => {
    const sharing = {
      mode: "timeSlicing",
      replicas: 4,
      renameByDefault: true,
      failRequestsGreaterThanOne: true,
    } as const;
    assert.deepEqual(read({ sharing }).file["sharing"], {
      timeSlicing: {
        renameByDefault: true,
        failRequestsGreaterThanOne: true,
        resources: [{ name: "nvidia.com/gpu", replicas: 4 }],
      },
    });
  });

  it("rolls the Pods when the configuration changes, and only then", () => {
    const configName = (overrides: Partial<Args>) => read(overrides).objects.config.metadata as { name: string };
    assert.notEqual(configName({ migStrategy: "mixed" }).name, configName({}).name);
    assert.equal(configName({ runtimeClass: "none" }).name, configName({}).name);
    const { pod, objects } = read();
    const mounted = pod.volumes.find(({ configMap }) => configMap)?.configMap?.name;
    assert.equal(mounted, (objects.config.metadata as { name: string }).name);
  });

  it("runs on nodes with a GPU, found by feature discovery or by their pool", () => {
    assert.deepEqual(read().pod.affinity, {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "nvidia.com/gpu.present", operator: "In", values: ["true"] }] },
            { matchExpressions: [{ key: "genai.platform/pool", operator: "In", values: ["a10"] }] },
          ],
        },
      },
    });
  });

  it("tolerates the usual GPU taint and each of the pools' own once", () => {
    const spot = { key: "spot", effect: "NoExecute" };
    const gpuPools = [
      { name: "a10", taints: [gpuTaint, spot] },
      { name: "h100", taints: [spot, { key: "team", value: "red", effect: "NoSchedule" }] },
    ];
    assert.deepEqual(read({ gpuPools }).pod.tolerations, [
      { key: "CriticalAddonsOnly", operator: "Exists" },
      { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
      { key: "spot", operator: "Exists", effect: "NoExecute" },
      { key: "team", operator: "Equal", value: "red", effect: "NoSchedule" },
    ]);
  });

  it("is a critical node service without a token, a capability or a writable root", () => {
    const { pod, container } = read();
    assert.equal(pod.priorityClassName, "system-node-critical");
    assert.equal(pod.automountServiceAccountToken, false);
    assert.deepEqual(container?.securityContext, {
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
    assert.deepEqual(
      pod.volumes.flatMap(({ hostPath }) => hostPath?.path ?? []),
      ["/var/lib/kubelet/device-plugins"],
    );
  });

  it("takes SYS_ADMIN and the monitor devices for MIG alone", () => {
    const { container } = read({ migStrategy: "single" });
    assert.deepEqual(container?.securityContext["capabilities"], { drop: ["ALL"], add: ["SYS_ADMIN"] });
    // The API server refuses allowPrivilegeEscalation: false beside SYS_ADMIN.
    assert.equal(container?.securityContext["allowPrivilegeEscalation"], undefined);
    assert.ok(container?.env.some(({ name }) => name === "NVIDIA_MIG_MONITOR_DEVICES"));
    assert.ok(!read().container?.env.some(({ name }) => name === "NVIDIA_MIG_MONITOR_DEVICES"));
  });

  it("creates the RuntimeClass, uses an existing one, or does without", () => {
    assert.equal(read().objects.runtimeClass?.handler, "nvidia");
    assert.equal(read({ runtimeClass: "existing" }).objects.runtimeClass, undefined);
    assert.equal(read({ runtimeClass: "existing" }).pod.runtimeClassName, "nvidia");
    assert.equal(read({ runtimeClass: "none" }).pod.runtimeClassName, undefined);
    assert.equal(gpuRuntimeClassName({ ...args, runtimeClass: "none" }), undefined);
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
