import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { insidePaths, nodePaths } from "../node/paths.ts";
import { apply } from "./cluster-objects.ts";
import type { ClusterOptions } from "./options.ts";
import { clusterPaths } from "./paths.ts";
import { spawnDetached } from "./spawn.ts";

/** The process that answers claims, by its link in the cluster's directory. */
export const storageProvisioner = "storage-provisioner";

/** The cluster's default StorageClass, for volumes of one Pod and of many: named as on K3s and k3d, whose default it is. */
const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "local-path", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "genai.platform/directory",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};

/** Starts the process that makes a directory for each claim; on a real node its Pods find them. */
export async function startStorage({ directory, name, tools }: ClusterOptions): Promise<void> {
  const { kubeconfig, logs } = clusterPaths(directory, name);
  const program = join(directory, storageProvisioner);
  const volumes = join(nodePaths(directory).node, "volumes");
  await mkdir(volumes, { recursive: true, mode: 0o700 });
  await rm(program, { force: true });
  await symlink(tools["storage-provisioner"].path, program);
  const args = [
    `-kubeconfig=${kubeconfig}`,
    `-name=${storageClass.provisioner}`,
    `-directory=${volumes}`,
    `-path=${insidePaths.home}/volumes`,
  ];
  spawnDetached([program, ...args], join(logs, `${storageProvisioner}.log`), { ...process.env, KUBECONFIG: undefined });
}

/** Makes sure that the StorageClass is there. */
export async function ensureStorageClass(client: KubernetesClient): Promise<void> {
  await apply(client, `/apis/storage.k8s.io/v1/storageclasses/${storageClass.metadata.name}`, storageClass);
}
