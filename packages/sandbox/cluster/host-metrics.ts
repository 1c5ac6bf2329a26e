import { KubernetesClient } from "../kubernetes/client.ts";
import { apply, orUndefined } from "./cluster-objects.ts";
import { clusterPaths } from "./paths.ts";
import { readRecord } from "./record.ts";

const path = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";
/** Where kwokctl puts the Service that leads to the host. */
const hostNamespace = "kube-system";

/**
 * Puts the API of the metrics-server that runs on the host of the cluster in `directory` back, as kwokctl made it, where an update took
 * it away: the stack had one of its own on a real node, under the same name. Nothing happens where it is there, or where there is a real node.
 */
export async function provideHostMetrics(directory: string): Promise<void> {
  const record = await readRecord(directory);
  if (!record || record.realNode) return;
  const client = KubernetesClient.fromKubeconfig(clusterPaths(record.directory, record.name).kubeconfig);
  try {
    if (await orUndefined(client.request("GET", path))) return;
    await apply(client, path, {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { namespace: hostNamespace, name: "metrics-server", port: record.ports.metricsServer },
      },
    });
  } finally {
    client.close();
  }
}

/** Takes away what names the metrics-server that kwokctl ran before there was a real node: the program deploys one of its own. */
export async function withdrawHostMetrics(client: KubernetesClient): Promise<void> {
  const found = await orUndefined(client.request<{ spec: { service?: { namespace: string } } }>("GET", path));
  if (found?.spec.service?.namespace === hostNamespace) await orUndefined(client.request("DELETE", path));
}
