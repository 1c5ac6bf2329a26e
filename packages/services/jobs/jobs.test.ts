import { assert } from "@genai/testing";
import { embeddingPipelineObjects, type EmbeddingPipelineArgs } from "./embedding-pipeline.ts";
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
  },
  maxReplicas: 4,
};
const pipeline: EmbeddingPipelineArgs = {
  ...place,
  path: "genai:pipelines.handbook",
  source: { kind: "volume", location: "files" },
  collection: {
    store: {
      endpoint: "postgresql://main.tenant-research.svc.cluster.local:5432/vectors",
      writer: { user: "application", key: { name: "main-keys", key: "application" } },
    },
    collection: "handbook",
    embedder: {
      endpoint: "http://documents:8080/v1",
      apiKeySecret: "documents-api-key",
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

  it("reaches the internet only where its source is there, and takes no address of another kind", () => {
    const source = { kind: "web", location: "https://docs.example.com/" } as const;
    assert.match(JSON.stringify(embeddingPipelineObjects("handbook", { ...pipeline, source })), /0\.0\.0\.0/);
    const wrong = { kind: "git", location: "handbook" } as const;
    assert.throws(
      () => embeddingPipelineObjects("handbook", { ...pipeline, source: wrong }),
      /genai:pipelines\.handbook\.source\.location: "handbook" given/,
    );
  });
});
