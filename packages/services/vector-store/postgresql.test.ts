import { assert } from "@genai/testing";
import type { VectorStoreArgs } from "./args.ts";
import { collectionsSql, vectorType } from "./postgresql-collections.ts";
import { postgresqlVectorStoreObjects } from "./vector-store.ts";

const embedder = { model: "BAAI/bge-small-en-v1.5", dimension: 384 } as const;
const args: VectorStoreArgs = {
  engine: "pgvector",
  tenant: "research",
  namespace: "tenant-research",
  pool: { name: "system", nodes: 2, memory: "64Gi", taints: [{ key: "spot", effect: "NoSchedule" }] },
  storage: "10Gi",
  storageClass: "fast",
  collections: { handbook: { embedder } },
  keys: { administrator: "secret-1", application: "secret-2", readOnly: "secret-3" },
};

type Mount = { name: string; mountPath: string };
interface Pod {
  containers: {
    env: { name: string; value?: string }[];
    volumeMounts: Mount[];
    resources: { limits: { memory: string } };
  }[];
  volumes: { name: string; emptyDir?: { medium?: string; sizeLimit?: string } }[];
}

describe("postgresqlVectorStoreObjects", () => {
  const objects = postgresqlVectorStoreObjects("main", args);
  const podOf = (spec: unknown) => (spec as { template: { spec: Pod } }).template.spec;
  const jobPod = (cronJob: { spec?: unknown }) =>
    podOf((cronJob.spec as { jobTemplate: { spec: unknown } }).jobTemplate.spec);

  it("keeps its keys in one Secret and nowhere else", () => {
    const holders = Object.entries(objects).filter(([, object]) => JSON.stringify(object ?? {}).includes("secret-"));
    assert.deepEqual(
      holders.map(([key]) => key),
      ["keys"],
    );
  });

  it("gives PostgreSQL a quarter of the memory of its container, and builds of an index their shared memory", () => {
    const { containers, volumes } = podOf(objects.statefulSet.spec);
    // 1,000,000 vectors × 384 elements × 4 bytes × 1.5 = 2,198 MiB, and 768 MiB for PostgreSQL.
    assert.equal(containers[0]?.resources.limits.memory, "2966Mi");
    const { "postgresql.conf": text = "" } = objects.configuration.data as Record<string, string>;
    assert.match(text, /^shared_buffers = 741MB$/m);
    assert.match(text, /^maintenance_work_mem = 741MB$/m);
    const shared = volumes.find(({ name }) => name === "shared-memory")?.emptyDir;
    assert.deepEqual(shared, { medium: "Memory", sizeLimit: "805Mi" });
  });

  it("keeps data and copies on volumes of the asked class, and data when it goes itself", () => {
    const spec = objects.statefulSet.spec as {
      persistentVolumeClaimRetentionPolicy: object;
      volumeClaimTemplates: { metadata: { labels: Record<string, string> }; spec: object }[];
    };
    assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, { whenDeleted: "Retain", whenScaled: "Retain" });
    const [claim] = spec.volumeClaimTemplates;
    const asked = (storage: string) => ({
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage } },
    });
    assert.deepEqual(claim?.spec, asked("10Gi"));
    // Alerts find full volumes by it.
    assert.equal(claim?.metadata.labels["app.kubernetes.io/component"], "vector-store");
    // Seven copies and the one that is being made, 2.1 GiB each.
    assert.deepEqual(objects.snapshots.spec, asked("18Gi"));
  });

  it("labels the CronJob of copies as alerts expect it", () => {
    const labels = (objects.snapshot.metadata as { labels: Record<string, string> }).labels;
    assert.equal(labels["app.kubernetes.io/component"], "vector-store-snapshot");
  });

  it("lets copies only read, and the drill connect to nothing", () => {
    const user = (pod: Pod) => pod.containers[0]?.env.find(({ name }) => name === "PGUSER")?.value;
    assert.equal(user(podOf(objects.collections.spec)), "postgres");
    assert.equal(user(jobPod(objects.snapshot)), "read_only");
    assert.deepEqual(jobPod(objects.drill).containers[0]?.env, []);
  });

  it("makes its collections again under another name when they or the keys change, and only then", () => {
    const nameOf = (changes: Partial<VectorStoreArgs>) =>
      (postgresqlVectorStoreObjects("main", { ...args, ...changes }).collections.metadata as { name: string }).name;
    const keys = { ...args.keys, application: "another" };
    const others = [{ keys }, { keyGeneration: 2 }, { collections: { other: { embedder } } }];
    const names = [{}, { storage: "20Gi" }, ...others].map(nameOf);
    assert.equal(names[0], names[1]);
    assert.equal(new Set(names).size, 4);
  });

  it("refuses connections in clear where it has a certificate", () => {
    const tls = postgresqlVectorStoreObjects("main", { ...args, tls: { secretName: "main-tls" } });
    const data = tls.configuration.data as Record<string, string>;
    assert.match(data["postgresql.conf"] ?? "", /^ssl = on$/m);
    assert.doesNotMatch(data["pg_hba.conf"] ?? "", /^host /m);
    const [job] = podOf(tls.collections.spec).containers;
    assert.equal(job?.env.find(({ name }) => name === "PGSSLMODE")?.value, "verify-full");
    assert.ok(job?.volumeMounts.some(({ mountPath }) => mountPath === "/etc/postgresql-tls"));
  });

  it("names everything wrong at once", () => {
    const wrong = { ...args, replicas: 2, collections: { "no name": { embedder } }, snapshots: { keep: 0 } };
    assert.throws(() => postgresqlVectorStoreObjects("main", wrong), /main\.replicas.*main\.snapshots\.keep.*no name/s);
  });
});

describe("collectionsSql", () => {
  it("takes vectors at half precision where pgvector could not index them in full", () => {
    assert.deepEqual([384, 2000, 2001].map(vectorType), ["vector(384)", "vector(2000)", "halfvec(2001)"]);
  });

  it("indexes by the collection's distance, and drops the index of any other", () => {
    const sql = collectionsSql([{ name: "handbook", ...embedder, distance: "dot", vectors: 1 }]);
    assert.match(sql, /hnsw \(embedding vector_ip_ops\)/);
    assert.deepEqual(
      [...sql.matchAll(/DROP INDEX IF EXISTS collections\."(\w+)"/g)].map(([, index]) => index),
      ["handbook_cosine", "handbook_euclid"],
    );
  });
});
