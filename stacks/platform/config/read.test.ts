import { assert } from "@genai/testing";
import { isMap, parseDocument } from "yaml";
import { readStackFile } from "./index.ts";

const good = `
config:
  genai:cluster:
    pools:
      - { name: system, nodes: 2, cpu: 16, memory: 64Gi }
      - { name: a10, gpu: A10, gpusPerNode: 4, nodes: 2, cpu: "48", memory: 192Gi }
  genai:tenants:
    research: { gpus: 4, cpu: "64", memory: 256Gi, pods: 50, owners: [{ kind: Group, name: leads }] }
  genai:models:
    chat: { model: Qwen/Qwen3-8B, tenant: research, pool: a10, maxReplicas: 2, contextLength: 16384 }
`;

/** The good file with values set or, by `undefined`, removed: `"genai:models/chat/pool": "h100"`; then read. */
function problemsWith(changes: Record<string, unknown>): string[] {
  const document = parseDocument(good);
  for (const [path, value] of Object.entries(changes)) {
    const steps = ["config", ...path.split("/").map((step) => (/^\d+$/.test(step) ? Number(step) : step))];
    if (value === undefined) document.deleteIn(steps);
    else document.setIn(steps, document.createNode(value));
  }
  assert.ok(isMap(document.contents));
  return readStackFile(document.toString()).problems.map(({ path, message }) => `${path}: ${message}`);
}

const owners = [{ kind: "Group", name: "x" }];
const chat = { model: "Qwen/Qwen3-8B", tenant: "research", pool: "a10", contextLength: 16384 };
const tenant = { gpus: 1, cpu: "1", memory: "1Gi", pods: 1, owners };
const nameRule = 'of lower-case letters, digits and "-", at most';
const badServerName = 'cannot name a Service; use at most 47 lower-case letters, digits and "-", such as "chat"';
const ends = "with a letter or digit at both ends";

const cases: { title: string; changes: Record<string, unknown>; problems: string[] }[] = [
  {
    title: "a misspelt section",
    changes: { "genai:model": {} },
    problems: [
      'genai:model: unknown key; allowed: genai:cluster, genai:addons, genai:tenants, genai:models. Did you mean "genai:models"?',
    ],
  },
  {
    title: "a key without its namespace",
    changes: { tenants: {} },
    problems: ["tenants: unknown key; allowed: genai:cluster, genai:addons, genai:tenants, genai:models"],
  },
  {
    title: "no cluster",
    changes: { "genai:cluster": undefined },
    problems: ["genai:cluster: is missing; must be a map with the keys pools"],
  },
  {
    title: "no pools",
    changes: { "genai:cluster/pools": [] },
    problems: ["genai:cluster.pools: an empty list given; must be a list of at least one node pool"],
  },
  {
    title: "a number that is none",
    changes: { "genai:cluster/pools/0/nodes": "two" },
    problems: ['genai:cluster.pools[0].nodes: "two" given; must be a whole number from 1 to 5000'],
  },
  {
    title: "half a node",
    changes: { "genai:cluster/pools/0/nodes": 1.5 },
    problems: ["genai:cluster.pools[0].nodes: 1.5 given; must be a whole number from 1 to 5000"],
  },
  {
    title: "a GPU that does not exist",
    changes: { "genai:cluster/pools/1/gpu": "A1O" },
    problems: [
      'genai:cluster.pools[1].gpu: "A1O" given; must be a GPU of the catalogue, which `genai gpus` lists. Did you mean "A10"?',
    ],
  },
  {
    title: "a quantity that is none",
    changes: { "genai:cluster/pools/0/memory": "64 GB" },
    problems: [
      'genai:cluster.pools[0].memory: "64 GB" given; must be a positive quantity of memory per node such as 192Gi',
    ],
  },
  {
    title: "a negative quantity",
    changes: { "genai:tenants/research/cpu": "-1" },
    problems: ['genai:tenants.research.cpu: "-1" given; must be a positive quantity of CPUs such as "32"'],
  },
  {
    title: "a taint with a wrong effect",
    changes: { "genai:cluster/pools/0/taints": [{ key: "a", effect: "noSchedule" }] },
    problems: [
      'genai:cluster.pools[0].taints[0].effect: "noSchedule" given; must be one of NoSchedule, PreferNoSchedule, NoExecute. Did you mean "NoSchedule"?',
    ],
  },
  {
    title: "a taint key that Kubernetes refuses",
    changes: { "genai:cluster/pools/0/taints": [{ key: "a b", effect: "NoSchedule" }] },
    problems: ['genai:cluster.pools[0].taints[0].key: "a b" given; must be a taint key such as nvidia.com/gpu'],
  },
  {
    title: "two pools of one name",
    changes: { "genai:cluster/pools/0/name": "a10" },
    problems: ['genai:cluster.pools[1].name: "a10" is already the name of pools[0]; rename one'],
  },
  {
    title: "a pool name that Kubernetes refuses",
    changes: { "genai:cluster/pools/0/name": "System" },
    problems: [`genai:cluster.pools[0].name: "System" given; must be a pool name ${nameRule} 63 characters, ${ends}`],
  },
  {
    title: "a GPU without a count",
    changes: { "genai:cluster/pools/0/gpu": "T4" },
    problems: [
      'genai:cluster.pools[0].gpusPerNode: is missing; pool "system" has gpu: T4, so say how many each node has',
    ],
  },
  {
    title: "a count without a GPU",
    changes: { "genai:cluster/pools/0/gpusPerNode": 2 },
    problems: [
      'genai:cluster.pools[0].gpu: is missing; pool "system" has gpusPerNode: 2, so name the GPU, or remove gpusPerNode',
    ],
  },
  {
    title: "a sharing mode that does not exist",
    changes: { "genai:addons": { nvidiaDevicePlugin: { sharing: { mode: "mps" } } } },
    problems: ['genai:addons.nvidiaDevicePlugin.sharing.mode: "mps" given; must be one of none, timeSlicing'],
  },
  {
    title: "time-slicing without replicas",
    changes: { "genai:addons": { nvidiaDevicePlugin: { sharing: { mode: "timeSlicing" } } } },
    problems: ["genai:addons.nvidiaDevicePlugin.sharing.replicas: is missing; must be a whole number from 2 to 48"],
  },
  {
    title: "time-slicing under models",
    changes: { "genai:addons": { nvidiaDevicePlugin: { sharing: { mode: "timeSlicing", replicas: 4 } } } },
    problems: [
      "genai:addons.nvidiaDevicePlugin.sharing.mode: timeSlicing shares every GPU without isolating its memory, and each of chat " +
        "takes nearly all of a GPU's memory at start; set mode: none, or deploy models in a stack of their own",
    ],
  },
  {
    title: "an unknown add-on",
    changes: { "genai:addons": { nvidiaDevicePlugins: {} } },
    problems: [
      'genai:addons.nvidiaDevicePlugins: unknown key; allowed: nvidiaDevicePlugin. Did you mean "nvidiaDevicePlugin"?',
    ],
  },
  {
    title: "a tenant nobody owns",
    changes: { "genai:tenants/research/owners": undefined },
    problems: ["genai:tenants.research.owners: is missing; must be a list of at least one user or group"],
  },
  {
    title: "a ServiceAccount as an owner",
    changes: { "genai:tenants/research/owners": [{ kind: "ServiceAccount", name: "x" }] },
    problems: ['genai:tenants.research.owners[0].kind: "ServiceAccount" given; must be one of User, Group'],
  },
  {
    title: "a tenant name whose namespace is too long",
    changes: { [`genai:tenants/${"t".repeat(57)}`]: tenant },
    problems: [
      `genai:tenants.${"t".repeat(57)}: "${"t".repeat(57)}" names the namespace "tenant-${"t".repeat(57)}"; must be a name ${nameRule} 56 characters, ${ends}`,
    ],
  },
  {
    title: "quotas beyond the cluster",
    changes: { "genai:tenants/greedy": { ...tenant, gpus: 5 } },
    problems: [
      "genai:tenants: the GPU quotas add up to 9 (research 4, greedy 5), but all pools together have 8 GPUs; " +
        "lower gpus of a tenant or add nodes under genai:cluster.pools",
    ],
  },
  {
    title: "a misspelt key and, hence, a missing one",
    changes: { "genai:models/chat/modle": "Qwen/Qwen3-8B", "genai:models/chat/model": undefined },
    problems: [
      "genai:models.chat.model: is missing; must be a model of the catalogue, which `genai models` lists",
      "genai:models.chat.modle: unknown key; allowed: model, tenant, pool, gpusPerReplica, minReplicas, maxReplicas, " +
        'contextLength, maximumOutputTokens, dtype, systemPrompt, weightsBandwidth, huggingFaceToken, apiKeyGeneration. Did you mean "model"?',
    ],
  },
  {
    title: "a model name with a capital",
    changes: { "genai:models/Chat": { ...chat, maxReplicas: 1 } },
    problems: [`genai:models.Chat: "Chat" ${badServerName}`],
  },
  {
    title: "a model name that is too long for its objects",
    changes: { [`genai:models/${"m".repeat(48)}`]: chat },
    problems: [`genai:models.${"m".repeat(48)}: "${"m".repeat(48)}" ${badServerName}`],
  },
  {
    title: "a tenant that is not there",
    changes: { "genai:models/chat/tenant": "reserch" },
    problems: [
      'genai:models.chat.tenant: "reserch" is no tenant under genai:tenants; there is research. Did you mean "research"?',
    ],
  },
  {
    title: "a pool that is not there",
    changes: { "genai:models/chat/pool": "h100" },
    problems: ['genai:models.chat.pool: "h100" is no pool under genai:cluster.pools; there is a10'],
  },
  {
    title: "a pool without GPUs",
    changes: { "genai:models/chat/pool": "system" },
    problems: ['genai:models.chat.pool: pool "system" has no GPUs; must be a GPU pool: a10'],
  },
  {
    title: "a model too large for its GPU",
    changes: { "genai:models/chat/model": "Qwen/Qwen3-32B" },
    problems: [
      "genai:models.chat.model: Qwen/Qwen3-32B in bfloat16 with contextLength 16384 needs 68.5 GiB on each of 1 × A10, of which the " +
        "engine may use 20.2 GiB. What fits: 4 × A10 with contextLength 16384, or 1 × H100 with contextLength 16384, " +
        "or 1 × A100-80GB with contextLength 16384, or 1 × H100-NVL with contextLength 16384",
    ],
  },
  {
    title: "a replica larger than a node",
    changes: {
      "genai:models/chat/gpusPerReplica": 8,
      "genai:models/chat/maxReplicas": 1,
      "genai:tenants/research/gpus": 8,
    },
    problems: [
      'genai:models.chat.gpusPerReplica: is 8, but a node of pool "a10" has 4 GPUs, and a replica runs on one node; use at most 4',
    ],
  },
  {
    title: "fewer replicas at most than at least",
    changes: { "genai:models/chat/minReplicas": 3 },
    problems: ["genai:models.chat.maxReplicas: is 2, below minReplicas 3; raise it, or lower minReplicas"],
  },
  {
    title: "a gated model without a token",
    changes: { "genai:models/chat/model": "meta-llama/Llama-3.1-8B-Instruct", "genai:models/chat/contextLength": 8192 },
    problems: [
      "genai:models.chat.huggingFaceToken: is missing; meta-llama/Llama-3.1-8B-Instruct can only be downloaded by an account that " +
        "accepted its licence (Llama 3.1 Community License). Put such an account's token into a Secret of the tenant's namespace and give its name and key here",
    ],
  },
  {
    title: "replicas beyond the tenant's quota",
    changes: { "genai:models/chat/maxReplicas": 5 },
    problems: [
      'genai:tenants.research.gpus: tenant "research" has a quota of 4 GPUs, but its models take 5 at their maxReplicas (chat 5 × 1); ' +
        "raise this, or lower a maxReplicas",
    ],
  },
  {
    title: "replicas beyond the pool",
    changes: { "genai:cluster/pools/1/gpusPerNode": 2, "genai:models/draft": { ...chat, maxReplicas: 3 } },
    problems: [
      'genai:tenants.research.gpus: tenant "research" has a quota of 4 GPUs, but its models take 5 at their maxReplicas (chat 2 × 1, draft 3 × 1); ' +
        "raise this, or lower a maxReplicas",
      'genai:cluster.pools[1].nodes: pool "a10" has 4 GPUs, but its models take 5 at their maxReplicas (chat 2 × 1, draft 3 × 1); ' +
        "raise this, or lower a maxReplicas",
    ],
  },
  {
    title: "bad things in several places, all at once",
    changes: {
      "genai:cluster/pools/0/cpu": "many",
      "genai:tenants/research/pods": 0,
      "genai:models/chat/tenant": "x",
    },
    problems: [
      'genai:cluster.pools[0].cpu: "many" given; must be a positive quantity of CPUs per node such as "48"',
      "genai:tenants.research.pods: 0 given; must be a whole number of at least 1",
      'genai:models.chat.tenant: "x" is no tenant under genai:tenants; there is research',
    ],
  },
];

describe("a stack file", () => {
  it("that is good has no problems and its defaults filled in", () => {
    const { config, problems } = readStackFile(good);
    assert.deepEqual(problems, []);
    assert.deepEqual(config?.cluster.pools[0]?.cpu, "16");
    assert.deepEqual(config?.cluster.pools[0]?.taints, []);
    assert.deepEqual(config?.cluster.pools[1]?.taints, [
      { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" },
    ]);
    assert.deepEqual(config?.addons.nvidiaDevicePlugin, {
      enabled: true,
      migStrategy: "none",
      sharing: { mode: "none" },
      runtimeClass: "create",
    });
    assert.equal(config?.models["chat"]?.gpusPerReplica, 1);
    assert.deepEqual(config?.tenants["research"]?.developers, []);
  });

  for (const { title, changes, problems } of cases) {
    it(`with ${title} is refused`, () => assert.deepEqual(problemsWith(changes), problems));
  }

  it("may hold secrets, other providers' keys and Pulumi's own", () => {
    const secret = "  genai:apiKey-chat: { secure: v1:ciphertext }\n  kubernetes:context: mine\n";
    assert.deepEqual(readStackFile(`encryptionsalt: v1:x${good}${secret}`).problems, []);
  });

  it("that is no YAML names the line", () => {
    assert.deepEqual(readStackFile("config:\n  a: [1\n  b: 2\n").problems.slice(0, 1), [
      {
        path: "line 3",
        message: "is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
      },
    ]);
  });

  it("with a misspelt top-level key is refused", () => {
    assert.match(
      readStackFile(good.replace("config:", "confg:")).problems[0]?.message ?? "",
      /Did you mean "config"\?$/,
    );
  });

  it("never repeats a long value", () => {
    const [message] = problemsWith({ "genai:models/chat/model": "s3cr3t-".repeat(20) });
    assert.doesNotMatch(message ?? "", /(s3cr3t-){10}/);
  });
});

describe("a secret in a stack file", () => {
  it("is refused in clear, and not repeated", () => {
    const { problems } = readStackFile(`${good}  genai:apiKey-chat: plain-text\n`);
    assert.deepEqual(problems, [
      {
        path: "genai:apiKey-chat",
        message: "is in clear; delete the line, and generate a new value with: genai secrets init --stack <stack>",
      },
    ]);
  });
});
