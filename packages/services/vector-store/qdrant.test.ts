import { assert } from "@genai/testing";
import { exampleStore as args } from "./example-store.ts";
import { qdrantScrapeTargets } from "./qdrant.ts";
import { qdrantVectorStoreObjects } from "./vector-store.ts";

interface Probe {
  httpGet: { path: string; port: string; scheme?: string };
}
interface Container {
  command?: string[];
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { key: string } } }[];
  ports: object[];
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
  resources: { limits: { memory: string } };
}
const containerOf = (spec: unknown) =>
  (spec as { template: { spec: { containers: Container[] } } }).template.spec.containers[0] as Container;
const variable = ({ env }: Container, name: string) => env.find((each) => each.name === name);

describe("qdrantVectorStoreObjects", () => {
  const one = qdrantVectorStoreObjects("main", args);
  const three = qdrantVectorStoreObjects("main", { ...args, replicas: 3 });

  it("keeps its keys in one Secret and nowhere else", () => {
    const holders = Object.entries(one).filter(([, object]) => JSON.stringify(object ?? {}).includes("secret-"));
    assert.deepEqual(
      holders.map(([key]) => key),
      ["keys"],
    );
    const server = containerOf(one.statefulSet.spec);
    assert.equal(variable(server, "QDRANT__SERVICE__API_KEY")?.valueFrom?.secretKeyRef.key, "administrator");
    assert.equal(variable(server, "QDRANT__SERVICE__READ_ONLY_API_KEY")?.valueFrom?.secretKeyRef.key, "read-only");
  });

  it("founds a cluster by its first replica, where there are several", () => {
    assert.equal(containerOf(one.statefulSet.spec).command, undefined);
    const { command = [] } = containerOf(three.statefulSet.spec);
    assert.match(command[2] ?? "", /--bootstrap http:\/\/main-0\.main-nodes:6335 --uri "\$own"$/);
    assert.equal((three.nodes.spec as { publishNotReadyAddresses: boolean }).publishNotReadyAddresses, true);
  });

  it("keeps two of each vector where there are replicas, and has memory for them and what a drill restores", () => {
    const memory = (objects: typeof one) => containerOf(objects.statefulSet.spec).resources.limits.memory;
    // 1,000,000 vectors × 1,024 elements × 4 bytes × 1.5 = 5,860 MiB, of which three replicas have two thirds each.
    assert.deepEqual([memory(one), memory(three)], ["12231Mi", "8325Mi"]);
    const wanted = variable(containerOf(three.collections.spec), "COLLECTIONS")?.value ?? "";
    assert.deepEqual(JSON.parse(wanted), [{ name: "handbook", size: 1024, distance: "Cosine", shards: 3, copies: 2 }]);
  });

  it("copies on every replica, and tries the copies of all", () => {
    for (const { spec } of [three.snapshot, three.drill]) {
      const job = containerOf((spec as { jobTemplate: { spec: unknown } }).jobTemplate.spec);
      assert.equal(variable(job, "QDRANT_NODES")?.value?.split(",").length, 3);
    }
  });

  it("offers metrics on a port of their own, without a key, to their reader alone", () => {
    const scraper = { namespace: "monitoring", byAnnotations: true };
    const metrics = { containerPort: 6336, name: "metrics", protocol: "TCP" };
    const policy = (objects: typeof one) => JSON.stringify(objects.networkPolicy.spec);
    for (const tls of [undefined, { secretName: "main-tls" }]) {
      const read = qdrantVectorStoreObjects("main", { ...args, scraper, tls });
      const server = containerOf(read.statefulSet.spec);
      assert.equal(variable(server, "QDRANT__SERVICE__METRICS_PORT")?.value, "6336");
      assert.deepEqual(server.ports.at(-1), metrics);
      assert.match(
        policy(read),
        /"kubernetes\.io\/metadata\.name":"monitoring"}}}\],"ports":\[{"protocol":"TCP","port":"metrics"}\]/,
      );
      const { annotations } = (read.statefulSet.spec as { template: { metadata: { annotations: object } } }).template
        .metadata;
      assert.equal((annotations as Record<string, string>)["prometheus.io/scheme"], tls && "https");
      const [target] = qdrantScrapeTargets("main", { ...args, scraper, tls });
      assert.deepEqual(
        [target?.job, target?.port, target?.scheme, target?.anonymous],
        ["qdrant-main", "metrics", tls && "https", true],
      );
    }
    assert.equal(variable(containerOf(one.statefulSet.spec), "QDRANT__SERVICE__METRICS_PORT"), undefined);
    assert.ok(!policy(one).includes("metrics"));
    assert.deepEqual(qdrantScrapeTargets("main", args), []);
  });

  it("speaks HTTPS alone where it has a certificate", () => {
    const tls = qdrantVectorStoreObjects("main", { ...args, tls: { secretName: "main-tls" } });
    const server = containerOf(tls.statefulSet.spec);
    assert.equal(variable(server, "QDRANT__SERVICE__ENABLE_TLS")?.value, "true");
    for (const { httpGet } of [server.startupProbe, server.readinessProbe, server.livenessProbe])
      assert.deepEqual([httpGet.port, httpGet.scheme], ["http", "HTTPS"]);
    assert.match(variable(containerOf(tls.collections.spec), "QDRANT_NODES")?.value ?? "", /^https:/);
    const clustered = qdrantVectorStoreObjects("main", { ...args, replicas: 3, tls: { secretName: "main-tls" } });
    const replica = containerOf(clustered.statefulSet.spec);
    assert.equal(variable(replica, "QDRANT__CLUSTER__P2P__ENABLE_TLS")?.value, "true");
    assert.match(replica.command?.[2] ?? "", /--bootstrap https:/);
    assert.ok(!JSON.stringify([tls, clustered]).includes("http://"));
  });
});
