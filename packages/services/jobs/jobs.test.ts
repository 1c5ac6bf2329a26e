import { assert } from "@genai/testing";
import { embeddingPipelineObjects, type EmbeddingPipelineArgs } from "./embedding-pipeline.ts";
import { postgresqlVectorStoreObjects } from "../vector-store/vector-store.ts";
import { workQueueObjects } from "./work-queue.ts";
import type { WorkerPoolArgs } from "./worker-args.ts";
import { workerPoolObjects } from "./worker-pool.ts";

const pool = { name: "system", nodes: 2, memory: "64Gi", taints: [] };
const place = { tenant: "research", namespace: "tenant-research", pool };
const worker: WorkerPoolArgs = {
  ...place,
  path: "genai:workers.batch",
  task: {
    kind: "model",
    model: "chat",
    endpoint: "http://chat:8000/v1",
    apiKey: { name: "chat-api-key", key: "api-key" },
    apiKeyFingerprint: "chat-1",
  },
  queueFingerprint: "queue-1",
  maxReplicas: 4,
};
const pipeline: EmbeddingPipelineArgs = {
  ...place,
  path: "genai:pipelines.handbook",
  source: { kind: "volume", location: "files" },
  collection: {
    store: {
      endpoint: "postgresql://main.tenant-research.svc.cluster.local:5432/vectors",
      writer: { user: "application", key: { name: "main-keys", key: "application" }, fingerprint: "store-1" },
    },
    collection: "handbook",
    embedder: {
      endpoint: "http://documents:8080/v1",
      apiKeySecret: "documents-api-key",
      apiKeyFingerprint: "documents-1",
      model: "BAAI/bge-small-en-v1.5",
      dimension: 384,
    },
  },
  schedules: { nightly: { cron: "0 3 * * *", timeZone: "Europe/Paris", deadlineSeconds: 600 } },
};

describe("worker pool", () => {
  it("runs below what serves, and reads every secret by reference", () => {
    const text = JSON.stringify(workerPoolObjects("batch", worker));
    assert.match(text, /"priorityClassName":"genai-batch"/);
    for (const name of ["QUEUE_PASSWORD", "MODEL_API_KEY"])
      assert.match(text, new RegExp(`"name":"${name}","valueFrom":\\{"secretKeyRef"`));
  });

  it("reaches what its task needs; a program of one's own the gateway, and what lets it in", () => {
    const egressOf = (task: WorkerPoolArgs["task"]) =>
      JSON.stringify(workerPoolObjects("batch", { ...worker, task })["networkPolicy"]);
    assert.match(egressOf(worker.task), /\["queue"\].*\["inference"\]/);
    assert.match(egressOf({ kind: "embed", collection: pipeline.collection }), /\["embedding","vector-store"\]/);
    const own = egressOf({ kind: "image", image: "team/worker:1" });
    assert.match(own, /\{"to":\[\{"podSelector":\{\}\}\]\}.*"genai\.platform\/gateway":"true"/);
    assert.doesNotMatch(egressOf(worker.task), /genai\.platform\/gateway|"podSelector":\{\}\}/);
  });

  it("scales on CPU, on the backlog by an adapter, or by KEDA down to none", () => {
    assert.match(JSON.stringify(workerPoolObjects("batch", worker).autoscaler), /"name":"cpu"/);
    const adapter = workerPoolObjects("batch", { ...worker, scaler: "adapter" });
    assert.match(JSON.stringify(adapter.autoscaler), /"genai_worker_backlog_messages".*"averageValue":"100"/);
    const keda = workerPoolObjects("batch", { ...worker, scaler: "keda", minReplicas: 0 });
    assert.match(JSON.stringify(keda.scaledObject), /"minReplicaCount":0,"maxReplicaCount":4.*"streamLength":"100"/);
    assert.equal(keda.autoscaler, undefined);
    assert.throws(
      () => workerPoolObjects("batch", { ...worker, minReplicas: 0 }),
      /nothing would start the first worker/,
    );
    assert.throws(() => workerPoolObjects("batch", { ...worker, gpusPerReplica: 1 }), /this worker uses no GPU/);
  });
});

describe("work queue", () => {
  const objects = workQueueObjects({ ...place, path: "genai:workers", password: "canary" });

  it("keeps its password in its Secret alone", () => {
    const holders = Object.entries(objects).filter(([, object]) => JSON.stringify(object).includes("canary"));
    assert.deepEqual(
      holders.map(([key]) => key),
      ["password"],
    );
  });

  it("writes every message to disk, and refuses rather than forgets", () =>
    assert.match(JSON.stringify(objects["configuration"]), /appendfsync always.*noeviction/));
});

describe("embedding pipeline", () => {
  it("has a suspended CronJob for runs by hand, and one for each schedule", () => {
    const objects = embeddingPipelineObjects("handbook", pipeline);
    assert.match(JSON.stringify(objects["onDemand"]), /"name":"handbook".*"suspend":true/);
    const nightly = JSON.stringify(objects["schedule-nightly"]);
    assert.match(nightly, /"schedule":"0 3 \* \* \*","timeZone":"Europe\/Paris","suspend":false/);
    assert.match(nightly, /"activeDeadlineSeconds":600,"backoffLimit":4/);
    assert.match(nightly, /"claimName":"files","readOnly":true/);
    assert.doesNotMatch(JSON.stringify(objects["networkPolicy"]), /0\.0\.0\.0/);
  });

  it("waits in a queue where it is given one, and its Pods carry nothing of that", () => {
    const label = '"kueue.x-k8s.io/queue-name":"batch"';
    const text = JSON.stringify(embeddingPipelineObjects("handbook", { ...pipeline, queueName: "batch" })["onDemand"]);
    assert.equal(text.split(label).length, 2, "once");
    assert.match(text, /"jobTemplate":\{"metadata":\{"labels":\{[^}]*"kueue\.x-k8s\.io\/queue-name":"batch"\}/);
    assert.ok(!JSON.stringify(embeddingPipelineObjects("handbook", pipeline)).includes("kueue"));
  });

  it("makes the claim of its documents where its size is said, and of a volume alone", () => {
    const claimed = { ...pipeline, source: { ...pipeline.source, storage: "1Gi" }, storageClass: "fast" };
    const { documents } = embeddingPipelineObjects("handbook", claimed);
    assert.match(JSON.stringify(documents), /"name":"files".*"storageClassName":"fast".*"storage":"1Gi"/);
    const web = { kind: "web", location: "https://docs.example.com/", storage: "1Gi" } as const;
    assert.throws(
      () => embeddingPipelineObjects("handbook", { ...pipeline, source: web }),
      /genai:pipelines\.handbook\.source\.storage: is for a source of kind volume/,
    );
  });

  it("writes with the store's own key for applications, and the store lets it in", () => {
    const spec = JSON.stringify(embeddingPipelineObjects("handbook", pipeline)["onDemand"]);
    assert.match(spec, /"STORE_KEY","valueFrom":\{"secretKeyRef":\{"name":"main-keys","key":"application"\}\}/);
    const embedder = { model: "BAAI/bge-small-en-v1.5", dimension: 384 } as const;
    const store = postgresqlVectorStoreObjects("main", {
      ...place,
      engine: "pgvector",
      storage: "1Gi",
      collections: { handbook: { embedder } },
      keys: { administrator: "a", application: "b", readOnly: "c" },
    });
    assert.equal(JSON.stringify(store.keys.stringData), '{"administrator":"a","application":"b","read-only":"c"}');
    assert.match(JSON.stringify(store.networkPolicy), /"ingress":\[.*"In","values":\["worker","pipeline"\]/);
  });

  it("trusts the authority of a store that encrypts", () => {
    const tls = { ...pipeline, collection: { ...pipeline.collection, tls: { secretName: "main-tls" } } };
    const spec = JSON.stringify(embeddingPipelineObjects("handbook", tls)["onDemand"]);
    assert.match(spec, /"NODE_EXTRA_CA_CERTS","value":"\/etc\/store-tls\/ca.crt"/);
    assert.match(spec, /"secretName":"main-tls","items":\[\{"key":"ca.crt"/);
  });

  it("reaches the internet only where its source is there, and takes no address of another kind", () => {
    const source = { kind: "web", location: "https://docs.example.com/" } as const;
    assert.match(JSON.stringify(embeddingPipelineObjects("handbook", { ...pipeline, source })), /0\.0\.0\.0/);
    const wrong = { kind: "git", location: "handbook" } as const;
    assert.throws(
      () => embeddingPipelineObjects("handbook", { ...pipeline, source: wrong }),
      /genai:pipelines\.handbook\.source\.location: "handbook" given/,
    );
  });

  it("asks a bucket at its own address, port and region", () => {
    const read = (endpoint?: string) => {
      const source = {
        kind: "s3",
        location: "s3://handbook/",
        secret: "bucket",
        ...(endpoint && { endpoint }),
      } as const;
      return JSON.stringify(embeddingPipelineObjects("handbook", { ...pipeline, source }));
    };
    assert.match(read("https://s3.eu-west-1.amazonaws.com"), /"name":"S3_REGION","value":"eu-west-1"/);
    assert.match(read(), /"name":"S3_REGION","value":"us-east-1"/);
    assert.match(read("https://minio.corp:9000"), /"port":9000/);
    assert.throws(() => read("minio.corp"), /source\.endpoint: "minio\.corp" given/);
  });

  it("lets KEDA read the length of a queue where a pool is scaled by it, and nobody else from outside", () => {
    const readers = (keda: boolean) =>
      JSON.stringify(workQueueObjects({ ...place, path: "genai:workers", password: "canary", keda }).networkPolicy);
    assert.match(readers(true), /"kubernetes\.io\/metadata\.name":"keda"/);
    assert.doesNotMatch(readers(false), /namespaceSelector/);
  });
});
