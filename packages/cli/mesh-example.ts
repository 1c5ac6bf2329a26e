/** A stack file in which everything that talks over the network does. */
export const everything = `
genai:version: 2
genai:cluster:
  leaderWorkerSet: true
  sharedStorageClass: nfs
  pools:
    - { name: system, nodes: 4, cpu: "64", memory: 512Gi }
    - { name: h100, gpu: H100, gpusPerNode: 8, nodes: 6, cpu: "192", memory: 2Ti }
    - { name: l40s, gpu: L40S, gpusPerNode: 4, nodes: 2, cpu: "64", memory: 512Gi }
genai:tenants: { research: {}, support: {} }
genai:addons:
  highAvailability: true
  openTelemetryCollector: { enabled: true, endpoint: "tempo.tracing.svc:4317" }
  prometheusAdapter: { enabled: true }
genai:models:
  large: { model: deepseek-ai/DeepSeek-R1-0528, tenant: research, pool: h100, gpusPerReplica: 16 }
  routed:
    model: Qwen/Qwen3-8B
    tenant: research
    pool: l40s
    contextLength: 16384
    inferencePool: { gateway: inference, gatewayNamespace: gateways, pool: system, host: routed.example.com }
  mirrored:
    model: Qwen/Qwen3-8B
    tenant: support
    pool: l40s
    contextLength: 16384
    weights: { mirror: true, revision: 0123456789abcdef0123456789abcdef01234567 }
genai:embeddings:
  documents: { model: BAAI/bge-m3, tenant: research, pool: system }
genai:vectorStores:
  vectors:
    engine: qdrant
    tenant: research
    pool: system
    replicas: 3
    storage: 20Gi
    snapshots: { copies: { kind: s3, bucket: copies, region: eu-central-1, credentials: { secretName: copies } } }
    collections: { handbook: { embedder: documents } }
  tables: { engine: pgvector, tenant: research, pool: system, storage: 20Gi, collections: { notes: { embedder: documents } } }
genai:pipelines:
  filler: { source: { kind: s3, location: "s3://texts/", secret: texts }, collection: vectors/handbook, pool: system }
genai:workers:
  answers: { model: routed, tenant: research, pool: system, maxReplicas: 2, scaler: keda }
  writers: { collection: tables/notes, tenant: research, pool: system, maxReplicas: 2 }
genai:gateway:
  pool: system
  host: api.example.com
  timeoutSeconds: 3600
  expose: { kind: ingress, controllerNamespace: ingress-nginx }
genai:ui:
  tenant: research
  pool: system
  host: chat.example.com
  expose: { kind: httpRoute, controllerNamespace: gateways }
`;

/** The mesh that it is deployed in, and the namespaces from which it is then called. */
export const mesh = { kind: "istioAmbient", namespaces: ["ingress-nginx", "gateways", "keda", "monitoring"] };
