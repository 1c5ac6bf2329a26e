import { dcgmCounters } from "@genai/catalog";
import { milliUnits } from "@genai/core";
import { assert } from "@genai/testing";
import { environmentOf, exampleContext, examplePools, hostPathsOf, podOf } from "./example-cluster.ts";
import { dcgmExporterObjects, dcgmExporterScrapeTargets } from "./index.ts";

const args = { ...exampleContext, enabled: true, profiling: true, intervalSeconds: 15, podLabels: false };

function read(overrides: Partial<typeof args & { scraper: { namespace: string } }> = {}) {
  const objects = dcgmExporterObjects("dcgm-exporter", { ...args, ...overrides });
  const pod = podOf(objects.daemonSet);
  const file = (objects.counters.data as Record<string, string>)["counters.csv"] ?? "";
  return {
    objects,
    pod,
    container: pod.containers[0],
    fields: file
      .trim()
      .split("\n")
      .map((line) => line.split(", ")),
  };
}

describe("dcgmExporterObjects", () => {
  it("publishes the catalogue's counters: field, type and help text a line, without another comma", () => {
    const { fields } = read();
    assert.deepEqual(
      fields.map(([field]) => field),
      dcgmCounters.map(({ field }) => field),
    );
    for (const line of fields) {
      assert.equal(line.length, 3, line.join(", "));
      assert.match(line[1] ?? "", /^(gauge|counter)$/);
    }
  });

  it("leaves the profiling counters out where they are not wanted", () => {
    assert.ok(read().fields.some(([field]) => field?.includes("_PROF_")));
    assert.ok(!read({ profiling: false }).fields.some(([field]) => field?.includes("_PROF_")));
  });

  it("reads the file that is mounted", () => {
    const { container, pod, objects } = read();
    const mount = container.volumeMounts.find(({ name }) => name === "counters");
    assert.equal(environmentOf(container)["DCGM_EXPORTER_COLLECTORS"], `${mount?.mountPath}/counters.csv`);
    const volume = pod.volumes.find(({ name }) => name === "counters");
    assert.equal(volume?.configMap?.name, (objects.counters.metadata as { name: string }).name);
  });

  it("has memory for eight GPUs, where 512 MiB were too little, and less for fewer", () => {
    const limit = (count: number) => {
      const gpuPools = examplePools.slice(0, 1).map((pool) => ({ ...pool, gpusPerNode: count }));
      return milliUnits(read({ gpuPools }).container.resources.limits["memory"] ?? "0");
    };
    assert.ok(limit(8) >= 2n * milliUnits("512Mi"), String(limit(8)));
    assert.ok(limit(1) < limit(8));
    assert.equal(read({ gpuPools: [] }).container.resources.limits["memory"], "1280Mi");
  });

  it("asks the kubelet for the Pods, and the API server only for their labels", () => {
    const plain = read();
    assert.deepEqual(hostPathsOf(plain.pod), ["/var/lib/kubelet/pod-resources"]);
    assert.equal(plain.objects.clusterRole, undefined);
    assert.deepEqual((plain.objects.networkPolicy.spec as { egress: unknown[] }).egress, []);
    const { objects, container } = read({ podLabels: true });
    assert.deepEqual(objects.clusterRole?.rules, [
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
    ]);
    assert.equal(environmentOf(container)["DCGM_EXPORTER_KUBERNETES_ENABLE_POD_LABELS"], "true");
    assert.ok(container.volumeMounts.some(({ name }) => name === "api-token"));
  });

  it("lets the scraper in, and nobody else", () => {
    const ingress = (scraper?: { namespace: string }) =>
      (read(scraper ? { scraper } : {}).objects.networkPolicy.spec as { ingress: unknown[] }).ingress;
    assert.deepEqual(ingress(), []);
    assert.deepEqual(ingress({ namespace: "monitoring" }), [
      {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
        ports: [{ protocol: "TCP", port: 9400 }],
      },
    ]);
  });

  it("is scraped on the port that it opens, by the labels that its Pods have", () => {
    const [target] = dcgmExporterScrapeTargets("dcgm-exporter", args);
    const { objects, container } = read();
    assert.equal(target?.port, container.ports?.[0]?.name);
    const { selector, template } = objects.daemonSet.spec as {
      selector: { matchLabels: object };
      template: { metadata: { labels: Record<string, string> } };
    };
    assert.deepEqual(target?.selector, selector.matchLabels);
    for (const [key, value] of Object.entries(target?.selector ?? {}))
      assert.equal(template.metadata.labels[key], value);
  });
});
