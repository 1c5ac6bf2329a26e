/** The namespace of a benchmark's objects. */
export const namespace = "bench";

/** `count` each of ConfigMap, Deployment (one Pod) and Service, in one Namespace: the same for every tool that is measured. */
export function benchObjects(count: number) {
  const names = Array.from({ length: count }, (_, index) => `app-${index}`);
  return {
    namespace: { apiVersion: "v1" as const, kind: "Namespace" as const, metadata: { name: namespace } },
    configMaps: names.map((name) => ({
      apiVersion: "v1" as const,
      kind: "ConfigMap" as const,
      metadata: { name, namespace },
      data: { model: "Qwen/Qwen3-8B", settings: `max-model-len: 16384\nname: ${name}\n` },
    })),
    deployments: names.map((name) => ({
      apiVersion: "apps/v1" as const,
      kind: "Deployment" as const,
      metadata: { name, namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            containers: [
              {
                name: "main",
                image: "registry.k8s.io/pause:3.10",
                ports: [{ name: "http", containerPort: 8000 }],
                resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "16Mi" } },
              },
            ],
          },
        },
      },
    })),
    services: names.map((name) => ({
      apiVersion: "v1" as const,
      kind: "Service" as const,
      metadata: { name, namespace },
      spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    })),
  };
}
