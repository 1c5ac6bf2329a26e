import { engines, models } from "@genai/catalog";
import { assert, registeredBy } from "@genai/testing";
import { gatewayArgs } from "../edge/platform-edge.ts";
import { platformServers } from "../platform.ts";
import type { AdapterArgs } from "./adapters.ts";
import { exampleServer } from "./example-server.ts";
import { InferenceServer, inferenceServerObjects, type InferenceServerArgs } from "./inference-server.ts";
import { inferenceServerProblems } from "./problems.ts";
import { modelResources } from "./resources.ts";
import { weightsMirrorObjects } from "./weights-mirror.ts";
import { mirroredWeights, weightsMirrors } from "./weights-platform.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const sql: AdapterArgs = { source: `hf://acme/sql-lora@${commit}`, rank: 16 };
const args: InferenceServerArgs = {
  ...exampleServer,
  contextLength: 8192,
  sharedStorageClass: "efs",
  adapters: { sql },
};
const mirrored: Partial<InferenceServerArgs> = { weights: { mirror: true, revision: commit } };

/** The objects as JSON gives them, and what of them the tests look at. */
function served(changes: Partial<InferenceServerArgs> = {}) {
  const objects = JSON.parse(JSON.stringify(inferenceServerObjects("chat", { ...args, ...changes })));
  const pod = objects.deployment.spec.template.spec;
  const config: string = objects.model.data["vllm.yaml"];
  return { objects, pod, container: pod.containers[0], config };
}

function problemsOf(changes: Partial<InferenceServerArgs>): string[] {
  return inferenceServerProblems("chat", { ...args, ...changes }).map(({ path, message }) => `${path}: ${message}`);
}

describe("adapters of a server", () => {
  it("are told to vLLM, each with a slot, by options that it knows", () => {
    const { config } = served({ adapters: { sql, law: { source: "hf://acme/law", rank: 20 } } });
    assert.match(config, /^enable-lora: true$/m);
    assert.match(config, /^lora-modules: \["sql=\/home\/vllm\/adapters\/sql","law=\/home\/vllm\/adapters\/law"\]$/m);
    assert.match(config, /^max-loras: 2$/m);
    assert.match(config, /^max-lora-rank: 32$/m);
    const names = new Set<string>(Object.values(engines.vllm.options));
    for (const line of config.trim().split("\n")) assert.ok(names.has(line.split(":")[0] ?? ""), line);
    assert.doesNotMatch(served({ adapters: undefined }).config, /lora/);
  });

  it("cannot be changed while it runs", () => {
    assert.doesNotMatch(JSON.stringify(served().objects), /VLLM_ALLOW_RUNTIME_LORA_UPDATING/);
  });

  it("are downloaded at their commit before the engine starts, where they are not mirrored", () => {
    const { pod, objects } = served({ weights: { token: { name: "hugging-face", key: "token" } } });
    const [download] = pod.initContainers;
    const variables = new Map(download.env.map(({ name, value }: Record<string, string>) => [name, value]));
    assert.equal(variables.get("REPOSITORY"), "acme/sql-lora");
    assert.equal(variables.get("REVISION"), commit);
    assert.equal(variables.get("TARGET"), "/home/vllm/adapters/sql");
    assert.ok(download.env.some(({ valueFrom }: { valueFrom?: object }) => valueFrom));
    assert.deepEqual(download.securityContext, pod.containers[0].securityContext);
    assert.ok(
      objects.deployment.spec.progressDeadlineSeconds >
        served({ adapters: {} }).objects.deployment.spec.progressDeadlineSeconds,
    );
  });

  it("are fetched by the loader where they are mirrored; the server reads them without a network", () => {
    const { pod, container, config, objects } = served(mirrored);
    const [weights, adapter] = container.volumeMounts.filter(({ mountPath }: { mountPath: string }) =>
      mountPath.startsWith("/models/"),
    );
    assert.equal(adapter.mountPath, "/models/adapters/sql");
    assert.ok(adapter.readOnly && weights.name === adapter.name && weights.subPath !== adapter.subPath);
    assert.equal(pod.volumes.filter((volume: object) => "persistentVolumeClaim" in volume).length, 1);
    assert.match(config, /"sql=\/models\/adapters\/sql"/);
    assert.deepEqual(
      pod.initContainers.map(({ command }: { command: string[] }) => command),
      [["test", "-f", "/models/weights/.complete", "-a", "-f", "/models/adapters/sql/.complete"]],
    );
    assert.doesNotMatch(JSON.stringify(objects.networkPolicy), /0\.0\.0\.0/);
    assert.ok(container.env.some(({ name }: { name: string }) => name === "HF_HUB_OFFLINE"));
    const { research } = weightsMirrors({ chat: { ...args, ...mirrored } });
    assert.ok(research);
    const jobs = Object.values(weightsMirrorObjects("weights-research", research)).filter(({ kind }) => kind === "Job");
    assert.equal(jobs.length, 2);
    assert.match(JSON.stringify(jobs), /hf:\/\/acme\/sql-lora/);
  });

  it("may be mirrored beside weights that are not, and lie on volumes of their own", () => {
    const own = mirroredWeights({ ...args, adapters: { sql: { ...sql, mirror: true } } });
    assert.deepEqual(
      own.map(({ plan }) => plan.revision),
      [commit],
    );
    const { container, pod } = served({
      weights: { source: "pvc://models/qwen3" },
      adapters: { sql: { ...sql, source: "pvc://models/sql" }, law: { ...sql, source: "pvc://other/law" } },
    });
    const mounts = container.volumeMounts.filter(({ mountPath }: { mountPath: string }) =>
      mountPath.startsWith("/models/"),
    );
    assert.deepEqual(
      mounts.map(({ name, subPath }: Record<string, string>) => [name, subPath]),
      [
        ["weights", "qwen3"],
        ["weights", "sql"],
        ["adapter-law", "law"],
      ],
    );
    assert.equal(pod.initContainers, undefined);
  });

  it("count in memory and disk of the node", () => {
    const gibibytes = (adapters: InferenceServerArgs["adapters"]) =>
      Number.parseInt(modelResources({ ...args, adapters }).requests.memory, 10);
    assert.ok(gibibytes({ sql: { ...sql, rank: 512 } }) > gibibytes(undefined));
    const disk = modelResources(args).requests["ephemeral-storage"];
    assert.notEqual(disk, modelResources({ ...args, adapters: {} }).requests["ephemeral-storage"]);
  });

  it("stand in the gateway's list and in their tenant's rights, at the server's address and with its key", () => {
    const { models } = gatewayArgs(
      { pool: "a10", tenantKeys: {}, masterKey: "m", cachePassword: "c" },
      { pools: [{ ...exampleServer.pool, memory: "256Gi" }], tenants: {}, models: { chat: { ...args, pool: "a10" } } },
      { chat: { endpoint: "http://chat" } },
      "high",
    );
    assert.deepEqual(Object.keys(models), ["chat", "sql"]);
    assert.deepEqual(models["sql"], models["chat"]);
    assert.equal(models["sql"]?.tenant, "research");
  });

  it("are names of the server", async () => {
    const registered = await registeredBy(() => {
      assert.deepEqual(new InferenceServer("chat", args).servedNames, ["chat", "sql"]);
    });
    assert.ok(registered.length > 0);
  });

  it("are refused where they cannot be, with what to do", () => {
    const refused: [Partial<InferenceServerArgs>, RegExp][] = [
      [{ engine: "sglang" }, /adapters: are served by vllm alone, not by sglang; use engine vllm/],
      [{ adapters: { SQL: sql } }, /adapters\.SQL: "SQL" cannot name a Service/],
      [{ adapters: { sql: { ...sql, source: "acme/sql" } } }, /adapters\.sql\.source: must be hf:/],
      [{ adapters: { sql: { ...sql, rank: 0 } } }, /adapters\.sql\.rank: is 0, must be a whole number from 1 to 512/],
      [{ adapters: { sql: { ...sql, source: "s3://models/sql" } } }, /adapters\.sql\.mirror: must be true for s3/],
      [
        { adapters: { sql: { ...sql, source: "hf://acme/sql", mirror: true } } },
        /adapters\.sql\.source: names no commit, and a mirror keeps one/,
      ],
      [
        { weights: { source: "pvc://models/qwen3" } },
        /adapters\.sql\.source: is on the internet, which a server whose weights are on a volume does not reach; set mirror/,
      ],
      [
        { adapters: { sql: { ...sql, rank: 512 }, law: { ...sql, rank: 512 } } },
        /chat\.model: Qwen\/Qwen3-8B in bfloat16 with contextLength 8192 and 2 adapters of rank 512 needs/,
      ],
    ];
    for (const [changes, expected] of refused) {
      const problems = problemsOf(changes);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems.join(), expected);
    }
    const hybrid = "Qwen/Qwen3-Next-80B-A3B-Instruct";
    assert.ok(models[hybrid].linear);
    const pool = { ...args.pool, gpu: "H200" as const };
    assert.match(problemsOf({ model: hybrid, pool, gpusPerReplica: 4 }).join(), /chat\.adapters: .*no known size/);
  });

  it("share no name with a model or another adapter", () => {
    const model = { ...args, pool: "a10" };
    const { problems } = platformServers({
      pools: [{ ...exampleServer.pool, memory: "256Gi" }],
      tenants: { research: { namespace: "tenant-research", gpus: 8, cpu: "99", memory: "999Gi", pods: 99 } },
      models: {
        chat: model,
        sql: { ...model, adapters: { chat: sql, law: sql } },
        more: { ...model, adapters: { law: sql } },
      },
    });
    assert.deepEqual(
      problems.map(({ path, message }) => `${path}: ${message.split(",")[0]}`),
      [
        "genai:models.chat.adapters.sql: is also the name of genai:models.sql",
        "genai:models.sql.adapters.chat: is also the name of genai:models.chat",
        "genai:models.more.adapters.law: is also the name of genai:models.sql.adapters.law",
      ],
    );
  });
});
