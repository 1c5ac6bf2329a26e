import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isNotFound, KubernetesClient } from "../../kubernetes/index.ts";
import type { PropertyMap } from "../protocol/values.ts";

/** The object that the sandbox puts into its own clusters (packages/sandbox/cluster). */
const marker = "/api/v1/namespaces/kube-system/configmaps/genai-sandbox";

/**
 * Opens the cluster that the program means.
 * @throws {Error} If it is not one of the sandbox's own: this stand-in must never touch another.
 */
export async function openSandboxCluster(config: PropertyMap): Promise<KubernetesClient> {
  const kubeconfig = config["kubeconfig"] ? kubeconfigFile(String(config["kubeconfig"])) : process.env["KUBECONFIG"];
  const context = typeof config["context"] === "string" ? config["context"] : undefined;
  if (!kubeconfig || !existsSync(kubeconfig)) {
    throw new Error(
      `KUBECONFIG is ${kubeconfig ?? "not set"}, and no such file exists. The embedded cluster sets it: npm start`,
    );
  }
  const client = KubernetesClient.fromKubeconfig(kubeconfig, context);
  const isSandbox = client.context.startsWith("genai-") && (await hasMarker(client));
  if (isSandbox) return client;
  client.close();
  throw new Error(
    `The context "${client.context}" (${client.server}) is not an embedded cluster of this project, and this is the sandbox's stand-in for the ` +
      "kubernetes provider, which works on no other. Install the real one: pulumi plugin install resource kubernetes",
  );
}

async function hasMarker(client: KubernetesClient): Promise<boolean> {
  return client.request("GET", marker).then(
    () => true,
    (error: unknown) => {
      if (isNotFound(error)) return false;
      throw error;
    },
  );
}

/** The provider's `kubeconfig` is a path or the content itself. */
function kubeconfigFile(given: string): string {
  if (existsSync(given)) return given;
  const file = join(mkdtempSync(join(tmpdir(), "genai-kubeconfig-")), "kubeconfig");
  writeFileSync(file, given, { mode: 0o600 });
  return file;
}
