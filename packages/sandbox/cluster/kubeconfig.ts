import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { writeWhole } from "./files.ts";
import type { ClusterPaths } from "./paths.ts";

/** The certificates that kwokctl makes; without all of them it must make them anew. */
export const certificateFiles = ["ca.crt", "ca.key", "admin.crt", "admin.key"] as const;

/** Whether all certificates are there and the API server's names these addresses; an older version's did not. */
export function certificatesFit(pki: string, addresses: readonly string[]): boolean {
  if (!certificateFiles.every((file) => existsSync(join(pki, file)))) return false;
  const certificate = new X509Certificate(readFileSync(join(pki, "admin.crt")));
  return addresses.every((address) => certificate.checkIP(address) !== undefined);
}

/** Writes one file with everything in it, so that it can be handed on; its only context has the cluster's own name. */
export async function writeKubeconfig(name: string, server: string, paths: ClusterPaths): Promise<void> {
  const encoded = (file: (typeof certificateFiles)[number]) => readFile(join(paths.pki, file), "base64");
  const [authority, certificate, key] = await Promise.all([
    encoded("ca.crt"),
    encoded("admin.crt"),
    encoded("admin.key"),
  ]);
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name, user: { "client-certificate-data": certificate, "client-key-data": key } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  await writeWhole(paths.kubeconfig, stringify(kubeconfig, { lineWidth: 0 }));
}
