import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { KubernetesClient } from "@genai/sandbox";
import { execa } from "execa";
import { stringify } from "yaml";
import { type Checkout, copyCheckout } from "./checkout.ts";
import { replaceKwok } from "./failing-kwok.ts";
import { eventually, type Program } from "./programs.ts";
import { type ServingState, servingState } from "./serving-state.ts";

const stackFile = {
  "genai:version": 2,
  "genai:sandbox": { realNode: false },
  "genai:monitoring": { mode: "none" },
  "genai:cluster": {
    pools: [
      { name: "system", nodes: 1, cpu: "16", memory: "64Gi" },
      { name: "a10", gpu: "A10", gpusPerNode: 4, nodes: 3, cpu: "48", memory: "192Gi" },
    ],
  },
  "genai:tenants": {
    research: { gpus: 3, cpu: "64", memory: "256Gi", pods: 40, owners: [{ kind: "Group", name: "research-leads" }] },
  },
  "genai:models": {
    chat: { model: "Qwen/Qwen3-8B", tenant: "research", pool: "a10", minReplicas: 2, contextLength: 8192 },
  },
  "genai:embeddings": { documents: { model: "BAAI/bge-small-en-v1.5", tenant: "research", pool: "system" } },
  "genai:vectorStores": {
    main: {
      engine: "pgvector",
      tenant: "research",
      pool: "system",
      storage: "1Gi",
      collections: { handbook: { embedder: "documents", vectors: 1000 } },
    },
  },
  "genai:pipelines": {
    handbook: {
      source: { kind: "volume", location: "handbook-files", storage: "1Gi" },
      collection: "main/handbook",
      pool: "system",
    },
  },
};

/** A model with two replicas on three GPU nodes and a pipeline beside it, which fail when they are told to. */
export interface DrilledCluster {
  client: KubernetesClient;
  /** Runs kubectl. @throws If it fails. */
  kubectl(...args: string[]): Promise<string>;
  /** Empties a node as people do, and gives back all that kubectl printed. @throws If it does not get empty. */
  drain(node: string): Promise<string>;
  /** How the model is served at this moment. */
  look(): Promise<ServingState>;
  /** Reads an object until `pick` finds something in it. @throws If it is not in time, with the object. */
  find<Answer, Found>(path: string, pick: (object: Answer) => Found | undefined, seconds?: number): Promise<Found>;
  /** Waits until something is so. @throws If it is not in time, with how the model is served instead. */
  until(isSo: (state: ServingState) => boolean, seconds?: number): Promise<ServingState>;
  /** Waits until the model is served by as many Pods as it is to have, and by no other. */
  steady(): Promise<ServingState>;
  stop(): Promise<void>;
}

/** Deploys the model on an embedded cluster with simulated nodes, and has KWOK play failures from then on. */
export async function startDrilledCluster(): Promise<DrilledCluster> {
  const checkout = await copyCheckout({ small: true });
  let kwok: Program | undefined;
  let client: KubernetesClient | undefined;
  const stop = async () => {
    client?.close();
    await kwok?.stop();
    await checkout.remove();
  };
  try {
    writeFileSync(join(checkout.directory, "Pulumi.dev.yaml"), stringify({ config: stackFile }));
    const { exitCode, all } = await checkout.genai("up");
    if (exitCode !== 0) throw new Error(all);
    const cluster = join(checkout.directory, ".genai", "clusters", "dev");
    const kubeconfig = join(cluster, "kubeconfig");
    const connected = (client = KubernetesClient.fromKubeconfig(kubeconfig));
    kwok = await replaceKwok(cluster, connected);
    const look = () => servingState(connected, { namespace: "tenant-research", name: "chat" });
    const until: DrilledCluster["until"] = (isSo, seconds) =>
      found(look, (state) => (isSo(state) ? state : undefined), seconds);
    return {
      client,
      stop,
      look,
      find: <Answer, Found>(path: string, pick: (object: Answer) => Found | undefined, seconds?: number) =>
        found(() => connected.request<Answer>("GET", path), pick, seconds),
      kubectl: (...args) => checkout.kubectl("dev", ...args),
      drain: (node) => drain(checkout, kubeconfig, node),
      until,
      steady: () => until(({ pods, endpoints, available }) => [pods.length, endpoints, available].join() === "2,2,2"),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Asks again and again until `pick` finds something in the answer. @throws With the last answer, when time is up. */
function found<Answer, Found>(
  ask: () => Promise<Answer>,
  pick: (answer: Answer) => Found | undefined,
  seconds = 60,
): Promise<Found> {
  let last: Answer | undefined;
  const look = async () => pick((last = await ask()));
  return eventually(look, { seconds, explain: () => JSON.stringify(last) });
}

async function drain(checkout: Checkout, kubeconfig: string, node: string): Promise<string> {
  const options = ["--ignore-daemonsets", "--delete-emptydir-data", "--timeout=90s"];
  const { all } = await execa("kubectl", ["--kubeconfig", kubeconfig, "drain", node, ...options], {
    cwd: checkout.directory,
    all: true,
  });
  return all;
}
