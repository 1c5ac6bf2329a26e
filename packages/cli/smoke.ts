import { embeddingModels, engines, isEmbeddingModel } from "@genai/catalog";
import type { PlatformConfig } from "@genai/platform";
import { KubernetesClient } from "@genai/sandbox";
import {
  apiKeySecretKey,
  apiKeySecretName,
  gatewayName,
  gatewayNamespace,
  tenantKeysSecretName,
} from "@genai/services";
import { onceReachable, proxyRequest, shown, whileAnswering } from "./proxy-request.ts";
import { smokeInside } from "./smoke-inside.ts";
import type { PlatformStatus, WorkloadStatus } from "./status.ts";
import { secretValue } from "./trial.ts";

/** What became of asking one service. */
export interface SmokeResult {
  service: string;
  outcome: "answered" | "failed" | "not exercised";
  /** What it answered, or why it was not asked. */
  detail: string;
}

/** The embedded cluster, as far as its services are asked. */
export interface Cluster {
  kubeconfig: string;
  /** File that says how to use the way to its Services from outside. */
  proxy?: string;
}

export interface SmokeOptions {
  signal?: AbortSignal;
  /** Is told what is waited for. */
  onWait?(message: string): void;
}

/** A question to a service, and what its answer must be. */
interface Question {
  service: string;
  isOf(workload: WorkloadStatus): boolean;
  /** Where its key is: a Secret of the workload's namespace. */
  secret: { name: string; key: string };
  /** Whether it reads keys anew while it runs: one that has just changed is refused for a while. @default false */
  readsKeysAnew?: boolean;
  path: string;
  body: object;
  /** What the answer says, in a few words. @throws {Error} If it is not what was asked for. */
  read(answer: unknown): string;
}

/**
 * Asks every model server once, from outside the cluster, by its Service's name and with its API key: what the platform is for. The
 * gateway is asked for a model of each tenant, with the tenant's key.
 * @returns One result a server; one whose Pods are simulated is not exercised.
 */
export async function smokeTest(
  config: Pick<
    PlatformConfig,
    "models" | "embeddings" | "gateway" | "prompts" | "ui" | "vectorStores" | "workers" | "pipelines"
  >,
  cluster: Cluster,
  status: PlatformStatus,
  { signal, onWait = () => {} }: SmokeOptions = {},
): Promise<SmokeResult[]> {
  const questions: Question[] = [
    ...Object.keys(config.models).map((name) => ({ ...ofServer(name), ...chatQuestion(name) })),
    ...Object.entries(config.embeddings).map(([name, { model }]) => ({
      ...ofServer(name),
      ...(isEmbeddingModel(model) ? embeddingQuestion(name, embeddingModels[model].dimension) : rerankingQuestion),
    })),
    ...(config.gateway ? gatewayQuestions(config) : []),
  ];
  const client = KubernetesClient.fromKubeconfig(cluster.kubeconfig);
  try {
    const asked = questions.map(async (question): Promise<SmokeResult> => {
      const { service } = question;
      const workload = status.workloads.find((each) => question.isOf(each));
      if (!workload || !cluster.proxy || !["real", "stand-in"].includes(workload.runs ?? ""))
        return { service, outcome: "not exercised", detail: "its Pods are simulated" };
      const key = await secretValue(client, workload.namespace, question.secret);
      return ask({ endpoint: workload.endpoint ?? "", key, proxy: cluster.proxy }, question, { signal, onWait });
    });
    const tried = smokeInside(config, { ...cluster, client }, status, signal);
    return (await Promise.all([Promise.all(asked), tried])).flat();
  } finally {
    client.close();
  }
}

async function ask(
  { endpoint, key, proxy }: { endpoint: string; key: string; proxy: string },
  { service, path, body, read, readsKeysAnew }: Question,
  { signal, onWait }: SmokeOptions,
): Promise<SmokeResult> {
  try {
    const url = `${endpoint}${path}`;
    const refused = await onceReachable(() => proxyRequest(proxy, url, { body, signal }), signal);
    if (refused.status !== 401) throw new Error(`without its key it answers ${shown(refused)}`);
    let began = 0;
    const send = () => {
      began = performance.now();
      return proxyRequest(proxy, url, { headers: { Authorization: `Bearer ${key}` }, body, signal });
    };
    const answer = await whileAnswering(401, send, {
      seconds: readsKeysAnew ? keySeconds : 0,
      onWait: () => onWait?.(`${service}: its key is refused; waiting up to ${keySeconds} s until it is served …`),
      signal,
    });
    if (answer.status !== 200) throw new Error(`it answers ${shown(answer)}`);
    const detail = read(JSON.parse(answer.body));
    return { service, outcome: "answered", detail: `${detail} in ${Math.round(performance.now() - began)} ms` };
  } catch (error) {
    signal?.throwIfAborted();
    return { service, outcome: "failed", detail: error instanceof Error ? error.message : String(error) };
  }
}

/** How long a key may take from its Secret to the gateway, in seconds: the kubelet looks every minute, and the gateway every five seconds. */
const keySeconds = 100;

/** What a question says: to whom it goes stands apart. */
type Asked = Pick<Question, "path" | "body" | "read">;

function ofServer(service: string) {
  return {
    service,
    isOf: ({ name, tenant }: WorkloadStatus) => name === service && tenant !== undefined,
    secret: { name: apiKeySecretName(service), key: apiKeySecretKey },
  };
}

/** One for each tenant that has a model, and for each prompt that asks for no variables. */
function gatewayQuestions({ models, prompts }: Pick<PlatformConfig, "models" | "prompts">): Question[] {
  const modelOf = new Map(Object.entries(models).map(([model, { tenant }]) => [tenant, model]));
  const ofPrompts = Object.entries(prompts)
    .filter(([, { variables }]) => variables.length === 0)
    .map(([prompt, { model }]) => ({ what: `prompt ${prompt}`, tenant: models[model]?.tenant ?? "", model: prompt }));
  const ofTenants = [...modelOf].map(([tenant, model]) => ({ what: `for ${tenant}`, tenant, model }));
  return [...ofTenants, ...ofPrompts].map(({ what, tenant, model }) => ({
    service: `${gatewayName}, ${what}`,
    isOf: ({ name, namespace }: WorkloadStatus) => name === gatewayName && namespace === gatewayNamespace,
    secret: { name: tenantKeysSecretName(gatewayName), key: tenant },
    readsKeysAnew: true,
    ...chatQuestion(model),
  }));
}

function chatQuestion(model: string): Asked {
  return {
    path: "/v1/chat/completions",
    body: { model, messages: [{ role: "user", content: "Are you there?" }], max_tokens: 16 },
    read(answer) {
      const content = (answer as { choices?: { message?: { content?: string } }[] }).choices?.[0]?.message?.content;
      if (!content) throw new Error("its answer has no text");
      return `a chat: ${JSON.stringify(content.slice(0, 60))}`;
    },
  };
}

function embeddingQuestion(model: string, dimension: number): Asked {
  return {
    path: "/v1/embeddings",
    body: { model, input: "Are you there?" },
    read(answer) {
      const size = (answer as { data?: { embedding?: number[] }[] }).data?.[0]?.embedding?.length ?? 0;
      if (size === 0) throw new Error("its answer has no vector");
      const other = size === dimension ? "" : ` (the model's has ${dimension}: a stand-in answered)`;
      return `a vector of ${size} numbers${other}`;
    },
  };
}

/** Of two texts, of which one answers the query. */
const rerankingQuestion: Asked = {
  path: engines.tei.rerankPath,
  body: { query: "What is the capital of France?", texts: ["Cats sleep all day.", "Paris is the capital of France."] },
  read(answer) {
    const ranked = (Array.isArray(answer) ? answer : []) as { index?: number; score?: number }[];
    if (ranked.length !== 2 || !ranked.every(({ score }) => Number.isFinite(score)))
      throw new Error("its answer ranks no texts");
    if (ranked[0]?.index !== 1) throw new Error("it ranks a text about cats above the answer");
    return "2 texts ranked";
  },
};

/** The results as lines for people. */
export function smokeNotes(results: readonly SmokeResult[]): string[] {
  const exercised = results.filter(({ outcome }) => outcome !== "not exercised");
  if (exercised.length === 0) return [];
  const width = Math.max(...results.map(({ service }) => service.length));
  return [
    "Asked, by name and with their keys:",
    ...results.map(({ service, outcome, detail }) => `  ${service.padEnd(width)}  ${outcome}: ${detail}`),
  ];
}
