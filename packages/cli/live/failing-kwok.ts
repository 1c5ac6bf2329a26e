import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesClient } from "@genai/sandbox";
import { parseAllDocuments, stringify } from "yaml";
import { failureStages } from "./failure-stages.ts";
import { processes } from "./processes.ts";
import { eventually, type Program, startProgram } from "./programs.ts";

interface KwokRecord {
  components?: { name: string; binary: string; args: string[] }[];
}

/**
 * Starts the KWOK of a cluster again, as kwokctl did, with the stages of drills beside its own.
 * @param cluster The cluster's directory.
 * @param client Of the cluster.
 */
export async function replaceKwok(cluster: string, client: KubernetesClient): Promise<Program> {
  const clusters = join(cluster, ".kwok", "clusters");
  const record = readdirSync(clusters)
    .map((name) => join(clusters, name, "kwok.yaml"))
    .find((path) => existsSync(path));
  if (!record) throw new Error(`${clusters} holds no record of kwokctl's`);
  const documents = parseAllDocuments(readFileSync(record, "utf8")).map((document) => document.toJS() as KwokRecord);
  const component = documents
    .flatMap(({ components = [] }) => components)
    .find(({ name }) => name === "kwok-controller");
  if (!component) throw new Error(`${record} has no kwok-controller`);
  const running = () => processes().filter(({ command }) => command.startsWith(`${component.binary} `));
  for (const { pid } of running()) process.kill(pid);
  await eventually(async () => (running().length === 0 ? true : undefined), {
    seconds: 20,
    explain: () => "KWOK does not end",
  });
  // The new one would leave the nodes alone until the leases of the old one have run out.
  await client.request("DELETE", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases");
  const stages = join(cluster, "failure-stages.yaml");
  writeFileSync(stages, failureStages.map((stage) => stringify(stage)).join("---\n"));
  return startProgram(component.binary, [...component.args, `--config=${stages}`], join(cluster, "failures.log"));
}
