import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster, deleteCluster } from "../../../cluster/index.ts";
import { KubernetesClient } from "../../../kubernetes/index.ts";
import { resolveToolchain } from "../../../toolchain/index.ts";
import type { PropertyMap } from "../../protocol/values.ts";

/** An embedded cluster for tests. */
export interface TestCluster {
  kubeconfig: string;
  client: KubernetesClient;
  /** Ends what was started for the tests. */
  close(): Promise<void>;
}

/** The cluster behind $GENAI_TEST_KUBECONFIG, or one of its own. */
export async function testCluster(): Promise<TestCluster> {
  const given = process.env["GENAI_TEST_KUBECONFIG"];
  if (given) {
    const client = KubernetesClient.fromKubeconfig(given);
    return { kubeconfig: given, client, close: async () => client.close() };
  }
  const directory = join(await mkdtemp(join(tmpdir(), "genai-plugin-")), "cluster");
  const tools = await resolveToolchain({});
  const pools = [{ name: "system", nodes: 2 }];
  const { kubeconfig } = await startCluster({ directory, name: "genai-plugin-test", pools, tools });
  const client = KubernetesClient.fromKubeconfig(kubeconfig);
  return {
    kubeconfig,
    client,
    async close() {
      client.close();
      await deleteCluster(directory);
      await rm(join(directory, ".."), { recursive: true, force: true });
    },
  };
}

/** Makes a namespace of a name that no other test has. */
export async function testNamespace(client: KubernetesClient): Promise<string> {
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { generateName: "plugin-" } };
  const made = await client.request<{ metadata: { name: string } }>("POST", "/api/v1/namespaces", { body });
  return made.metadata.name;
}

export function configMap(namespace: string, name: string | undefined, data: PropertyMap): PropertyMap {
  const metadata = { namespace, ...(name ? { name } : {}) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

/** A Deployment that KWOK's nodes run, unless its requests are too big for them. */
export function deployment(
  namespace: string,
  name: string,
  options: { replicas?: number; gpus?: number; annotations?: PropertyMap } = {},
): PropertyMap {
  const { replicas = 1, gpus, annotations = {} } = options;
  const limits: PropertyMap = gpus ? { "nvidia.com/gpu": String(gpus) } : {};
  const containers = [{ name: "main", image: "example.test/none:1", resources: { limits } }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace, name, annotations },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers } },
    },
  };
}
