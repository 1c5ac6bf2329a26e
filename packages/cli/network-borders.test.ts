import { type PlatformConfig, readStackFile } from "@genai/platform";
import type { KubernetesObject } from "@genai/core";
import { assert, isReachable, type NetworkBorders, type NetworkEnd } from "@genai/testing";
import { renderStack } from "./render.ts";
import { loadStackConfig } from "./stack-config.ts";
import { committedStacks } from "./workspace.ts";

/** A Pod with its place in the picture: the part that it plays, or whose it is. */
interface Pod extends NetworkEnd {
  part: string;
  namespace: string;
}

type Labels = Record<string, string>;
interface Template {
  metadata?: { labels?: Labels };
  spec?: { containers?: { ports?: { name: string; containerPort: number }[] }[] };
}
interface Owner {
  template?: Template;
  jobTemplate?: { spec: Owner };
  leaderWorkerTemplate?: { leaderTemplate?: Template; workerTemplate?: Template };
}
type Named = { metadata: { name: string; namespace: string; labels?: Labels }; spec: object };

/** A port that nothing declares. */
const undeclared = 47_111;

function templatesOf({ template, jobTemplate, leaderWorkerTemplate }: Owner): Template[] {
  if (jobTemplate) return templatesOf(jobTemplate.spec);
  return [template, leaderWorkerTemplate?.leaderTemplate, leaderWorkerTemplate?.workerTemplate].flatMap(
    (each) => each ?? [],
  );
}

function podsOf({ metadata, spec }: Named): Pod[] {
  return templatesOf((spec ?? {}) as Owner).map(({ metadata: { labels = {} } = {}, spec: pod }) => {
    const ports = (pod?.containers ?? []).flatMap((container) => container.ports ?? []);
    return {
      part: labels[`app.kubernetes.io/${metadata.namespace === "genai-addons" ? "name" : "component"}`] ?? "none",
      namespace: metadata.namespace,
      labels,
      address: "10.244.0.7",
      ports: Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort])),
    };
  });
}

async function clusterOf(config: PlatformConfig, stack: string): Promise<{ borders: NetworkBorders; pods: Pod[] }> {
  const objects = (await renderStack(config, stack)) as (KubernetesObject & Named)[];
  const isA = (kind: string) => objects.filter((object) => object.kind === kind);
  const namespaces = Object.fromEntries(
    isA("Namespace").map(({ metadata: { name, labels = {} } }) => [
      name,
      { ...labels, "kubernetes.io/metadata.name": name },
    ]),
  );
  for (const name of ["default", "gateways", "keda", "kube-system"])
    namespaces[name] = { "kubernetes.io/metadata.name": name };
  const others = (part: string, namespace: string, labels: Labels = {}): Pod => ({
    part,
    namespace,
    labels,
    address: "10.244.0.8",
    ports: { http: 8080 },
  });
  const tenants = Object.keys(namespaces).filter((name) => name.startsWith("tenant-"));
  return {
    borders: { policies: isA("NetworkPolicy"), namespaces },
    pods: [
      ...objects.flatMap(podsOf),
      ...tenants.map((tenant) => others("tenant's own", tenant, { app: "shop" })),
      others("stranger", "default"),
      others("controller", "gateways"),
      others("keda", "keda", { app: "keda-operator" }),
    ],
  };
}

/** Everything that can be reached in the namespaces of tenants and of the gateway: `who > whom:port`, with `elsewhere` for other tenants. */
function edgesOf({ borders, pods }: Awaited<ReturnType<typeof clusterOf>>): string[] {
  const isShared = (namespace: string) => !namespace.startsWith("tenant-");
  const targets = pods.filter(({ namespace }) => !isShared(namespace) || namespace === "genai-gateway");
  const edges = targets.flatMap((to) =>
    pods.flatMap((from) =>
      Object.entries({ ...to.ports, any: undeclared })
        .filter(([, port]) => isReachable(borders, from, to, port))
        .map(([port]) => {
          const apart = from.namespace !== to.namespace && !isShared(from.namespace) && !isShared(to.namespace);
          return `${from.part} > ${to.part}:${port}${apart ? " elsewhere" : ""}`;
        }),
    ),
  );
  return [...new Set(edges)].toSorted();
}

/** Who is to reach whom in a committed stack; some have no pipelines, or one replica of a store. */
const everywhere = [
  "gateway > cache:valkey",
  "gateway > embedding:http",
  "gateway > inference:http",
  "prometheus > embedding:metrics",
  "prometheus > gateway:metrics",
  "prometheus > inference:http",
  "prometheus > worker:http",
  "tenant's own > embedding:http",
  "tenant's own > gateway:http",
  "tenant's own > inference:http",
  "tenant's own > queue:valkey",
  "tenant's own > tenant's own:any",
  "tenant's own > tenant's own:http",
  "ui > gateway:http",
  "worker > inference:http",
  "worker > queue:valkey",
];
const postgresql = ["tenant's own", "vector-store-collections", "vector-store-snapshot"].map(
  (caller) => `${caller} > vector-store:postgresql`,
);
const qdrant = [
  ...["tenant's own", "vector-store-collections", "vector-store-restore-drill", "vector-store-snapshot"].flatMap(
    (caller) => [`${caller} > vector-store:grpc`, `${caller} > vector-store:http`],
  ),
  "prometheus > vector-store:metrics",
  "vector-store > vector-store:p2p",
];

/** Every option that opens a border. */
const optional = `config:
  genai:version: 2
  genai:cluster:
    leaderWorkerSet: true
    sharedStorageClass: shared
    pools:
      - { name: system, nodes: 3, cpu: "64", memory: 256Gi }
      - { name: l40s, gpu: L40S, gpusPerNode: 4, nodes: 4, cpu: "64", memory: 512Gi }
      - { name: h100, gpu: H100, gpusPerNode: 8, nodes: 4, cpu: "192", memory: 2048Gi }
  genai:tenants:
    research: { gpus: 44, cpu: "512", memory: 4096Gi, pods: 200, owners: [{ kind: Group, name: leads }] }
    support: { gpus: 1, cpu: "8", memory: 16Gi, pods: 10, owners: [{ kind: Group, name: leads }] }
  genai:models:
    chat:
      model: Qwen/Qwen3-8B
      tenant: research
      pool: l40s
      maxReplicas: 2
      contextLength: 16384
      weights: { mirror: true, revision: "0123456789012345678901234567890123456789" }
      inferencePool: { gateway: inference, gatewayNamespace: gateways, host: chat.example.com }
    large:
      model: meta-llama/Llama-3.3-70B-Instruct
      tenant: research
      pool: h100
      gpusPerReplica: 16
      contextLength: 8192
      weights: { token: { name: hugging-face, key: token } }
  genai:embeddings:
    documents: { model: BAAI/bge-m3, tenant: research, pool: system }
  genai:gateway: { pool: system, expose: { kind: ingress, controllerNamespace: gateways }, host: api.example.com }
  genai:ui:
    tenant: research
    pool: system
    replicas: 2
    storage: 1Gi
    database: { name: chat-database, key: url }
    expose: { kind: httpRoute, controllerNamespace: gateways }
    host: page.example.com
  genai:vectorStores:
    main:
      tenant: research
      pool: system
      replicas: 3
      storage: 20Gi
      collections: { handbook: { embedder: documents, vectors: 1000 } }
      snapshots: { copies: { kind: s3, bucket: copies, region: eu-central-1, credentials: { secretName: copies } } }
  genai:pipelines:
    site: { source: { kind: web, location: "https://docs.example.com/" }, collection: main/handbook, pool: system }
  genai:workers:
    ask: { model: chat, tenant: research, pool: system, maxReplicas: 4, minReplicas: 0, scaler: keda }
    embed: { collection: main/handbook, tenant: research, pool: system, maxReplicas: 4 }
`;

async function edgesOfStack(config: PlatformConfig, stack: string): Promise<string[]> {
  return edgesOf(await clusterOf(config, stack));
}

describe("the borders of a tenant's namespace", function () {
  this.timeout(60_000);

  it("let everybody in who is to call, and nobody else", async () => {
    const stores: Record<string, string[]> = {
      dev: ["pipeline > embedding:http", "pipeline > vector-store:postgresql", ...postgresql],
      staging: qdrant,
      prod: qdrant,
    };
    for (const stack of committedStacks())
      assert.deepEqual(
        await edgesOfStack(loadStackConfig(stack), stack),
        [...everywhere, ...(stores[stack] ?? [])].toSorted(),
        stack,
      );
  });

  it("let in what options add, and no more", async () => {
    const { config, problems } = readStackFile(optional);
    assert.deepEqual(problems, []);
    assert.ok(config);
    const edges = await edgesOfStack(config, "optional");
    const added = [
      "controller > endpoint-picker:grpc",
      "controller > gateway:http",
      "controller > inference:http",
      "controller > ui:http",
      "endpoint-picker > inference:http",
      // The Pods of a group compute together, at ports that they choose.
      "inference > inference:any",
      "inference > inference:http",
      "keda > queue:valkey",
      // A tenant may run the site that its pipeline reads.
      "pipeline > tenant's own:any",
      "pipeline > tenant's own:http",
      "prometheus > endpoint-picker:metrics",
      "ui > cache:valkey",
      ...["worker", "pipeline"].flatMap((caller) =>
        ["embedding:http", "vector-store:grpc", "vector-store:http"].map((target) => `${caller} > ${target}`),
      ),
    ];
    assert.deepEqual(edges, [...everywhere, ...qdrant, ...added].toSorted());
  });

  it("close a store's ports for replicas and metrics, and the chat page, to the tenant's own Pods", async () => {
    const { borders, pods } = await clusterOf(loadStackConfig("staging"), "staging");
    const part = (name: string) => pods.find((pod) => pod.part === name && pod.namespace === "tenant-support");
    const [own, store, page] = [part("tenant's own"), part("vector-store"), part("ui")];
    assert.ok(own && store && page);
    const open = [6333, 6334, 6335, 6336].filter((port) => isReachable(borders, own, store, port));
    assert.deepEqual(open, [6333, 6334]);
    assert.ok(!isReachable(borders, own, page, 8080));
  });

  it("keep the internet to what fetches from it", async () => {
    const { config } = readStackFile(optional);
    assert.ok(config);
    const { borders, pods } = await clusterOf(config, "optional");
    const internet = { address: "198.51.100.1" };
    const metadataService = { address: "169.254.169.254" };
    const ofTenants = pods.filter(({ namespace }) => namespace.startsWith("tenant-"));
    const reaching = (to: NetworkEnd, port: number) =>
      [...new Set(ofTenants.filter((pod) => isReachable(borders, pod, to, port)).map(({ part }) => part))].toSorted();
    assert.deepEqual(reaching(internet, 443), [
      "embedding",
      // Whose address the API server has, nobody knows beforehand.
      "endpoint-picker",
      "inference",
      "pipeline",
      "vector-store-restore-drill",
      "vector-store-snapshot",
      "weights",
    ]);
    assert.deepEqual(reaching(internet, 80), ["pipeline"]);
    assert.deepEqual(reaching(metadataService, 443), ["endpoint-picker"]);
    const nameServer = { ...internet, namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
    const parts = new Set(ofTenants.map(({ part }) => part));
    const nameless = new Set(["cache", "queue"]);
    assert.deepEqual(reaching(nameServer, 53), [...parts.difference(nameless)].toSorted());
    assert.ok(nameless.isSubsetOf(parts));
  });
});
