import { type KubernetesClient, resolveToolchain } from "@genai/sandbox";
import type { PlatformConfig } from "@genai/platform";
import { queueName, storeKeys, storeKeysName } from "@genai/services";
import { execa } from "execa";
import { ofChatPage } from "./smoke-page.ts";
import type { Cluster, SmokeResult } from "./smoke.ts";
import type { PlatformStatus } from "./status.ts";
import { NotExercised, secretValue, type Trial } from "./trial.ts";

type Config = Pick<
  PlatformConfig,
  "ui" | "models" | "embeddings" | "prompts" | "vectorStores" | "workers" | "pipelines"
>;

/** Runs a program in a Pod, with what it is to read, so that no key stands in a list of processes. */
type InPod = (namespace: string, pod: string, input: string, script: string) => Promise<string>;

/** How long a worker may take to answer a message, in seconds. */
const answerSeconds = 30;

/**
 * Tries what does not speak an API of models: the chat page as its users do, each vector store by its read-only key, each pool of workers
 * by a message. A pipeline is left alone: it would write.
 */
export async function smokeInside(
  config: Config,
  cluster: Cluster & { client: KubernetesClient },
  status: PlatformStatus,
  signal?: AbortSignal,
): Promise<SmokeResult[]> {
  const inPod: InPod = async (namespace, pod, input, script) => {
    const { kubectl } = await resolveToolchain({ tools: ["kubectl"], signal });
    const exec = ["exec", "--stdin", "--namespace", namespace, pod, "--", "sh", "-c", script];
    const options = { input, cancelSignal: signal, timeout: (answerSeconds + 10) * 1000 };
    return (await execa(kubectl.path, ["--kubeconfig", cluster.kubeconfig, ...exec], options)).stdout;
  };
  const trials = [
    ...(config.ui ? [ofChatPage(config, cluster, cluster.client, signal)] : []),
    ...Object.entries(config.vectorStores).map(([name, store]) => ofVectorStore(name, store, cluster.client, inPod)),
    ...Object.entries(config.workers).map(([name, { tenant, model }]) => ofWorkers(name, tenant, model, inPod)),
  ];
  const results = await Promise.all(trials.map((trial) => tried(trial, cluster, status, signal)));
  const pipelines = Object.keys(config.pipelines).map((service): SmokeResult => ({
    service,
    outcome: "not exercised",
    detail: "a pipeline writes, at its own time",
  }));
  return [...results, ...pipelines];
}

async function tried(
  { service, isOf, attempt }: Trial,
  { proxy }: Cluster,
  status: PlatformStatus,
  signal?: AbortSignal,
): Promise<SmokeResult> {
  const workload = status.workloads.find(isOf);
  if (!workload || !proxy || workload.runs !== "real")
    return { service, outcome: "not exercised", detail: "its Pods are simulated" };
  try {
    return { service, outcome: "answered", detail: await attempt(workload) };
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof NotExercised) return { service, outcome: "not exercised", detail: reason };
    return { service, outcome: "failed", detail: reason.split("\n").at(-1) ?? "" };
  }
}

function ofVectorStore(
  name: string,
  { engine, collections }: PlatformConfig["vectorStores"][string],
  client: KubernetesClient,
  inPod: InPod,
): Trial {
  return {
    service: name,
    isOf: (workload) => workload.name === name && workload.tenant !== undefined,
    async attempt({ namespace }) {
      // Qdrant's image has no client, and nothing runs it for real here.
      if (engine !== "pgvector") throw new Error(`${engine} is not asked by this version`);
      const key = await secretValue(client, namespace, { name: storeKeysName(name), key: storeKeys.readOnly });
      const counts = Object.keys(collections).map(
        (each) => `SELECT '${each}: ' || count(*) FROM collections."${each}"`,
      );
      const psql = "psql --host=127.0.0.1 --username=read_only --no-psqlrc --tuples-only --no-align --dbname=vectors";
      const said = await inPod(
        namespace,
        `${name}-0`,
        `${key}\n${counts.join("; ")};\n`,
        `read -r PGPASSWORD && export PGPASSWORD && ${psql} --set=ON_ERROR_STOP=1`,
      );
      return `points by its read-only key: ${said.trim().split("\n").join(", ") || "no collection"}`;
    },
  };
}

function ofWorkers(name: string, tenant: string, model: string | undefined, inPod: InPod): Trial {
  return {
    service: name,
    isOf: (workload) => workload.name === name && workload.tenant === tenant,
    async attempt({ namespace }) {
      if (model === undefined) return "ready; no message is known that changes nothing";
      const body = JSON.stringify({ messages: [{ role: "user", content: "Are you there?" }], max_tokens: 16 });
      const script = [
        `id=$(valkey-cli -x XADD ${name} '*' body)`,
        `for second in $(seq ${answerSeconds}); do answer=$(valkey-cli GET "${name}:result:$id"); [ -n "$answer" ] && break; sleep 1; done`,
        'printf %s "$answer"',
      ].join("\n");
      const answer = await inPod(namespace, `${queueName}-0`, body, script);
      const content = (JSON.parse(answer || "{}") as { choices?: { message: { content: string } }[] }).choices?.[0]
        ?.message.content;
      if (!content) throw new Error(`no answer to a message in ${answerSeconds} s`);
      return `a message: ${JSON.stringify(content.slice(0, 60))}`;
    },
  };
}
