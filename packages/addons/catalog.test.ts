import { assert, registeredBy } from "@genai/testing";
import { exampleContext, examplePlugin, examplePools, nameOf, podOf } from "./example-cluster.ts";
import {
  addonArgs,
  addonName,
  AddonNamespace,
  addonNamespaceObjects,
  addonProblems,
  addons,
  addonScrapeTargets,
  deployAddons,
  type AddonConfigurations,
  type AddonKey,
} from "./index.ts";

/** Every add-on that can be there beside the others. */
const everything: AddonConfigurations = {
  nodeFeatureDiscovery: { enabled: true },
  nvidiaDevicePlugin: examplePlugin,
  gpuFeatureDiscovery: { enabled: true, intervalSeconds: 60 },
  dcgmExporter: { enabled: true, profiling: true, intervalSeconds: 15, podLabels: false },
  migManager: { enabled: false, rebootNodes: false },
  draDriver: { enabled: false, driverRoot: "/" },
  metricsServer: { enabled: true, insecureKubeletTls: false, resolutionSeconds: 15 },
  openTelemetryCollector: { enabled: true, insecure: false, samplingPercentage: 100, memoryMiB: 512 },
};

const without = (...keys: AddonKey[]): AddonConfigurations => {
  const off = Object.entries(everything).map(([key, configuration]) => [
    key,
    keys.includes(key as AddonKey) ? { ...configuration, enabled: false } : configuration,
  ]);
  return Object.fromEntries(off) as AddonConfigurations;
};
const allKeys = Object.keys(everything) as AddonKey[];

describe("deployAddons", () => {
  it("deploys each add-on under its name, after the namespace and after those that it needs", async () => {
    const resources = await registeredBy(() => {
      const namespace = new AddonNamespace("addons");
      deployAddons(everything, exampleContext, { dependsOn: namespace });
    });
    const order = resources.map(({ name }) => name);
    const before = (one: string, other: string) =>
      assert.ok(order.includes(one) && order.indexOf(one) < order.indexOf(other), `${one} before ${other}`);
    before("addons-namespace", "nvidia-device-plugin-daemonSet");
    before("node-feature-discovery-nodeFeature", "gpu-feature-discovery-daemonSet");
    before("nvidia-device-plugin-runtimeClass", "dcgm-exporter-daemonSet");
  });

  it("leaves out what the cluster already has", async () => {
    assert.deepEqual(await registeredBy(() => deployAddons(without(...allKeys), exampleContext)), []);
  });

  it("deploys nothing where add-ons contradict each other", async () => {
    const contradiction = { ...everything, draDriver: { ...everything.draDriver, enabled: true } };
    const resources = await registeredBy(() =>
      assert.throws(
        () => deployAddons(contradiction, exampleContext),
        /draDriver\.enabled: is true, and .*nvidiaDevicePlugin/,
      ),
    );
    assert.deepEqual(resources, []);
  });

  it("names only add-ons that come earlier in the catalogue as needed", () => {
    const keys = Object.keys(addons);
    for (const [key, { after = [] }] of Object.entries(addons))
      for (const other of after) assert.ok(keys.indexOf(other) < keys.indexOf(key), `${key} after ${other}`);
  });
});

describe("addonScrapeTargets", () => {
  it("has everything that serves metrics, under names of their own", () => {
    const targets = addonScrapeTargets(everything, exampleContext);
    assert.deepEqual(
      targets.map(({ job, source, port }) => [job, source, port]),
      [
        ["dcgm-exporter", "dcgm-exporter", "metrics"],
        ["metrics-server", "metrics-server", "https"],
        ["open-telemetry-collector", "opentelemetry-collector", "metrics"],
      ],
    );
    assert.deepEqual(addonScrapeTargets(without(...allKeys), exampleContext), []);
  });
});

describe("the add-ons' Pods", () => {
  interface Policy {
    podSelector: { matchLabels: Record<string, string> };
    egress: { ports?: { port: number }[] }[];
    ingress: { ports?: { port: number | string }[] }[];
  }
  const specOf = <Spec>(object: object) => (object as { spec: Spec }).spec;
  const pools = ["timeSlicing", "mps"].flatMap((mode) =>
    examplePools.map((pool) => ({ ...pool, name: `${pool.name}-${mode}`, sharing: { mode, replicas: 2 } as never })),
  );
  const context = { ...exampleContext, gpuPools: pools, scraper: { namespace: "monitoring" } };
  const configurations = { ...everything, dcgmExporter: { ...everything.dcgmExporter, podLabels: true } };
  const objectsOf = <Key extends AddonKey>(key: Key) =>
    addons[key].objects(addonName(key), addonArgs(key, configurations, context));
  const all = allKeys.flatMap((key) => Object.values(objectsOf(key)).filter((object) => object !== undefined));
  const policies = all.filter(({ kind }) => kind === "NetworkPolicy").map((object) => specOf<Policy>(object));
  const labelsOfPods = (object: (typeof all)[number]) =>
    specOf<{ template: { metadata: { labels: Record<string, string> } } }>(object).template.metadata.labels;
  const selects = ({ podSelector }: Policy, labels: Record<string, string>) =>
    Object.entries(podSelector.matchLabels).every(([key, value]) => labels[key] === value);
  const workloads = all.filter(({ kind }) => kind === "Deployment" || kind === "DaemonSet");

  it("reach the API server through their closed namespace exactly where they hold a token", () => {
    assert.ok(workloads.length >= 9, String(workloads.length));
    for (const workload of workloads) {
      const holdsToken = podOf(workload as { spec?: unknown }).volumes.some(({ projected }) => projected);
      const own = policies.filter((policy) => selects(policy, labelsOfPods(workload)));
      const reaches = own.some(({ egress }) =>
        egress.some(({ ports = [] }) => ports.some(({ port }) => port === 6443)),
      );
      assert.equal(reaches, holdsToken, nameOf(workload));
    }
  });

  it("are open to the scraper on the port that it reads", () => {
    const targets = addonScrapeTargets(configurations, context);
    for (const { job, selector, port } of targets) {
      const workload = workloads.find((object) =>
        selects({ podSelector: { matchLabels: selector } } as Policy, labelsOfPods(object)),
      );
      assert.ok(workload, job);
      const [container] = podOf(workload as { spec?: unknown }).containers;
      const number = container.ports?.find(({ name }) => name === port)?.containerPort;
      const own = policies.filter((policy) => selects(policy, labelsOfPods(workload)));
      const open = own.some(({ ingress }) =>
        ingress.some(({ ports = [] }) => ports.some((one) => one.port === number)),
      );
      assert.ok(number && open, job);
    }
  });

  it("mount what they have, and have what they mount", () => {
    for (const workload of workloads) {
      const pod = podOf(workload as { spec?: unknown });
      const has = pod.volumes.map(({ name }) => name).toSorted();
      const mounts = [...(pod.initContainers ?? []), ...pod.containers].flatMap(({ volumeMounts }) => volumeMounts);
      const used = [...new Set(mounts.map(({ name }) => name))].toSorted();
      assert.deepEqual(used, has, nameOf(workload));
    }
  });
});

describe("addonProblems", () => {
  const problems = (configurations: AddonConfigurations, cluster: Partial<typeof exampleContext> = {}) =>
    addonProblems(configurations, { ...exampleContext, ...cluster }).map(({ path, message }) => `${path}: ${message}`);
  const dra = { ...without("nvidiaDevicePlugin"), draDriver: { enabled: true, driverRoot: "/" } };
  const split = [
    { ...examplePools[0], gpu: "H100", name: "x", sharing: { mode: "migSingle", profile: "1g.10gb" } },
  ] as const;

  it("finds nothing wrong with everything, nor with nothing", () => {
    assert.deepEqual([problems(everything), problems(without(...allKeys))], [[], []]);
    assert.deepEqual(problems(dra, { kubernetesVersion: "1.34" }), []);
  });

  it("refuses dynamic resource allocation on a cluster that is too old, or may be", () => {
    for (const [kubernetesVersion, said] of [
      ["1.33", /is 1\.33: .*1\.34 or newer/],
      [undefined, /is missing/],
    ] as const)
      assert.match(problems(dra, { kubernetesVersion }).join(), said);
  });

  it("refuses a MIG manager that has nothing to split", () => {
    const managed = { ...everything, migManager: { enabled: true, rebootNodes: false } };
    assert.match(problems(managed).join(), /migManager\.enabled: is true, but no pool/);
    assert.deepEqual(problems(managed, { gpuPools: split as never }), []);
  });

  it("refuses a pool that shares without the platform's device plugin, or as its GPU cannot", () => {
    assert.match(
      problems(without("nvidiaDevicePlugin"), { gpuPools: split as never }).join(),
      /pool x\.sharing\.mode: is migSingle/,
    );
    const a10 = [{ ...split[0], gpu: "A10" }] as never;
    assert.match(problems(everything, { gpuPools: a10 }).join(), /A10 cannot be split by MIG/);
  });
});

describe("addonNamespaceObjects", () => {
  const { namespace, defaultDeny } = addonNamespaceObjects();

  it("allows the host path that the device plugin needs, and no network", () => {
    const { labels } = namespace.metadata as { labels: Record<string, string> };
    assert.equal(labels["pod-security.kubernetes.io/enforce"], "privileged");
    assert.deepEqual(defaultDeny.spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });
});
