import type { KubernetesClient } from "@genai/sandbox";
import type { WorkloadStatus } from "./status.ts";

/** How a service is tried that has no API of models. */
export interface Trial {
  service: string;
  isOf(workload: WorkloadStatus): boolean;
  /** What it said, in a few words. @throws {Error} If it is not what was asked for; a `NotExercised` if it cannot be asked. */
  attempt(workload: WorkloadStatus): Promise<string>;
}

/** Why a service cannot be tried, although nothing is wrong with it. */
export class NotExercised extends Error {}

/** A value of a Secret in the cluster. */
export async function secretValue(
  client: KubernetesClient,
  namespace: string,
  { name, key }: { name: string; key: string },
): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const { data } = await client.request<{ data: Record<string, string> }>("GET", path);
  return Buffer.from(data[key] ?? "", "base64").toString();
}
