import type { KubernetesClient } from "@genai/sandbox";

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** Applies an object as a person with kubectl would, by server-side apply. @throws {KubernetesError} If the API server refuses. */
export async function apply<Answer>(client: KubernetesClient, object: object): Promise<Answer> {
  const { apiVersion, kind, metadata } = object as Manifest;
  const resource = await client.resourceFor(apiVersion, kind);
  const options = {
    body: object,
    contentType: "application/apply-patch+yaml",
    query: { fieldManager: "genai-test", force: "true" },
  };
  return client.request<Answer>("PATCH", resource.path(metadata.namespace, metadata.name), options);
}
