import type { ClusterOptions } from "../../cluster/options.ts";
import { containerdOf, loadImage, programImage } from "../images.ts";
import { initProcessId } from "../namespaces.ts";

/** An image that exists nowhere but on the test's own node. */
export const probeImage = "example.test/probe-server:1";

/** Loads the probe server's image into the node. */
export async function loadProbeServer({ directory, realNode }: ClusterOptions): Promise<void> {
  const pid = await initProcessId(directory);
  if (!pid || !realNode) throw new Error("The real node does not run.");
  await loadImage(programImage("probe-server"), probeImage, containerdOf(pid, realNode.tools.ctr.path));
}

/**
 * A Deployment as a model server's: it asks for a GPU, a pool and more than a small node has, and drains before it ends.
 * @param secret A Secret that it reads. @default none
 */
export function probeServer(name: string, replicas: number, image = probeImage, secret?: string): object {
  const labels = { app: name };
  const bounds = { memory: "20Gi", "nvidia.com/gpu": "1" };
  const probe = { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 1, failureThreshold: 2 };
  const container = {
    name: "main",
    image,
    ports: [{ name: "http", containerPort: 8080 }],
    ...(secret && { env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: secret, key: "token" } } }] }),
    readinessProbe: probe,
    livenessProbe: probe,
    lifecycle: { preStop: { sleep: { seconds: 3 } } },
    resources: { requests: { cpu: "6", ...bounds }, limits: bounds },
    securityContext: { runAsUser: 65532, runAsNonRoot: true, allowPrivilegeEscalation: false },
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  };
  const spec = {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "genai.platform/pool", operator: "In", values: ["a10"] }] }],
        },
      },
    },
    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
    terminationGracePeriodSeconds: 10,
    containers: [container],
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "shared" } }],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: { metadata: { labels }, spec },
    },
  };
}

/** A Service of the Pods of that name. */
export function service(name: string): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: "http" }] },
  };
}

/** A claim that many Pods may use at once. */
export function claim(name: string): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
  };
}
