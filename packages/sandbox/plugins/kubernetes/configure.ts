import { existsSync } from "node:fs";
import { isNotFound, KubernetesClient, KubernetesError } from "../../kubernetes/index.ts";
import { hasUnknown, type PropertyMap } from "../protocol/values.ts";

/** The object that the sandbox puts into its own clusters (packages/sandbox/cluster). */
const marker = "/api/v1/namespaces/kube-system/configmaps/genai-sandbox";

/**
 * Opens the cluster that the program means: the provider's `kubeconfig` (a path or the content itself), else $KUBECONFIG.
 *
 * @throws {Error} If it is not one of the sandbox's own: this stand-in must never touch another.
 * @throws {UnreachableError} If it does not answer.
 */
export async function openSandboxCluster(config: PropertyMap): Promise<KubernetesClient> {
  const context = typeof config["context"] === "string" ? config["context"] : undefined;
  if (hasUnknown(config))
    throw new Error("The provider's configuration must be known: the embedded cluster is up first.");
  const client = clientOf(config["kubeconfig"], context);
  if (client.context.startsWith("genai-") && (await markedName(client)) === client.context) return client;
  client.close();
  throw new Error(
    `The context "${client.context}" (${client.server}) is not an embedded cluster of this project, and this is the sandbox's stand-in for the ` +
      "kubernetes provider, which works on no other. Install the real one: pulumi plugin install resource kubernetes <version of @pulumi/kubernetes>",
  );
}

function clientOf(given: unknown, context: string | undefined): KubernetesClient {
  if (typeof given === "string" && given.includes("\n")) return KubernetesClient.fromText(given, context);
  const file = typeof given === "string" && given !== "" ? given : process.env["KUBECONFIG"];
  if (file && existsSync(file)) return KubernetesClient.fromKubeconfig(file, context);
  throw new Error(
    `KUBECONFIG is ${file ?? "not set"}, and no such file exists. The embedded cluster sets it: npm start`,
  );
}

/** Whose cluster it says it is; undefined if it does not say, or does not say it to us. */
async function markedName(client: KubernetesClient): Promise<string | undefined> {
  const found = await client.request<{ data?: { name?: string } }>("GET", marker).catch((error: unknown) => {
    const refused = error instanceof KubernetesError && [401, 403].includes(error.status);
    if (!refused && !isNotFound(error)) throw error;
    return undefined;
  });
  return found?.data?.name;
}
