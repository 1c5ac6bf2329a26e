import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@genai/testing";
import { parse, parseDocument } from "yaml";
import { readStackFile } from "./index.ts";

const data = join(import.meta.dirname, "bad-stack-files");
const good = readFileSync(join(data, "good.yaml"), "utf8");

/** One entry of `bad-stack-files/*.yaml`: what is changed in the good file, and what the user is told. */
interface BadStackFile {
  title: string;
  /** Values by their place: keys with `/` between them. */
  set?: Record<string, unknown>;
  /** Places that are left out. */
  remove?: string[];
  problems: string[];
}

function problemsWith({ set = {}, remove = [] }: Pick<BadStackFile, "set" | "remove">): string[] {
  const document = parseDocument(good);
  const steps = (place: string) => [
    "config",
    ...place.split("/").map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
  ];
  for (const place of remove) document.deleteIn(steps(place));
  for (const [place, value] of Object.entries(set)) document.setIn(steps(place), document.createNode(value));
  return readStackFile(document.toString()).problems.map(({ path, message }) => `${path}: ${message}`);
}

const badFiles = readdirSync(data)
  .filter((file) => file !== "good.yaml")
  .flatMap((file) => parse(readFileSync(join(data, file), "utf8")) as BadStackFile[]);

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
      cdi: false,
      nodeLabel: "genai.platform/pool",
    });
    assert.equal(config?.models["chat"]?.gpusPerReplica, 1);
    assert.deepEqual(config?.tenants["research"]?.developers, []);
  });

  it("is refused in at least 100 ways", () => assert.ok(badFiles.length >= 100, String(badFiles.length)));

  for (const { title, problems, ...changes } of badFiles) {
    it(`with ${title} is refused`, () => {
      assert.ok(problems.length > 0);
      assert.deepEqual(problemsWith(changes), problems);
    });
  }

  it("may hold secrets, other providers' keys and Pulumi's own", () => {
    const secret = "  genai:apiKey-chat: { secure: v1:ciphertext }\n  kubernetes:context: mine\n";
    assert.deepEqual(readStackFile(`encryptionsalt: v1:x\n${good}${secret}`).problems, []);
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

  it("names a secrets provider that Pulumi has", () => {
    assert.deepEqual(readStackFile(`secretsprovider: awskms://alias/genai\n${good}`).problems, []);
    assert.deepEqual(
      readStackFile(`secretsprovider: vault\n${good}`).problems.map(({ path, message }) => `${path}: ${message}`),
      [
        'secretsprovider: "vault" given; must be passphrase, or a key as in awskms://alias/genai, azurekeyvault://, gcpkms:// or hashivault://',
      ],
    );
  });

  it("never repeats a long value", () => {
    const [message] = problemsWith({ set: { "genai:models/chat/model": "s3cr3t-".repeat(20) } });
    assert.doesNotMatch(message ?? "", /(s3cr3t-){10}/);
  });
});

describe("a stack file that says little", () => {
  const read = (text: string) => {
    const { config, problems } = readStackFile(text);
    assert.deepEqual(problems, []);
    assert.ok(config);
    return config;
  };

  it("is enough with one model and one tenant", () => {
    const config = read(
      "config:\n  genai:models:\n    chat: { model: Qwen/Qwen3-0.6B }\n  genai:tenants:\n    research:\n",
    );
    assert.deepEqual([config.models["chat"]?.tenant, config.models["chat"]?.pool], ["research", "gpu"]);
    // One replica of one GPU, 6 CPUs and 20 GiB; CPU, memory and Pods for one more during a rollout.
    assert.deepEqual(config.tenants["research"], {
      gpus: 1,
      cpu: "12",
      memory: "40Gi",
      pods: 2,
      owners: [],
      developers: [],
    });
    assert.equal(config.cluster.provider, "sandbox");
  });

  it("gets a quota that holds its services at their largest, and keeps what it says", () => {
    const models = "{ chat: { model: Qwen/Qwen3-8B, contextLength: 8192, maxReplicas: 3 } }";
    const embeddings = "{ documents: { model: BAAI/bge-small-en-v1.5, replicas: 2 } }";
    const { tenants, embeddings: own } = read(
      `config:\n  genai:models: ${models}\n  genai:embeddings: ${embeddings}\n  genai:tenants: { research: { pods: 99 } }\n`,
    );
    assert.equal(own["documents"]?.pool, "system");
    // 3 × 6 + 2 × 4 and 6 more CPUs; GPUs at most.
    assert.deepEqual([tenants["research"]?.gpus, tenants["research"]?.cpu, tenants["research"]?.pods], [3, "32", 99]);
  });

  it("gets a quota that holds the pickers of its models too, and places them", () => {
    const pool = "{ gateway: inference, gatewayNamespace: gateways, host: chat.example.com }";
    const models = `{ chat: { model: Qwen/Qwen3-8B, contextLength: 8192, inferencePool: ${pool} } }`;
    const { tenants, models: own } = read(
      `config:\n  genai:cluster: { provider: generic, pools: [{ name: system, nodes: 2, cpu: 16, memory: 64Gi }, { name: gpu, gpu: A10, gpusPerNode: 4, nodes: 2, cpu: 48, memory: 192Gi }] }\n  genai:models: ${models}\n  genai:tenants: { research: }\n`,
    );
    assert.equal(own["chat"]?.inferencePool?.pool, "system");
    assert.equal(own["chat"]?.inferencePool?.whenPickerFails, "open");
    // One replica and one for a rollout, 6 CPUs each, and half a CPU for the picker; Pods as many.
    assert.deepEqual([tenants["research"]?.cpu, tenants["research"]?.pods], ["13", 3]);
  });

  it("gets a quota that holds its workers too", () => {
    const workers = "{ crawl: { image: team/crawl:1, tenant: research, pool: system, maxReplicas: 8, memory: 3Gi } }";
    const { tenants } = read(`config:\n  genai:workers: ${workers}\n  genai:tenants: { research: }\n`);
    assert.deepEqual(
      [tenants["research"]?.gpus, tenants["research"]?.cpu, tenants["research"]?.memory, tenants["research"]?.pods],
      [0, "10", "28Gi", 10],
    );
  });
});

describe("a provider's preset", () => {
  const addonsWith = (set: Record<string, unknown>) => {
    const document = parseDocument(good);
    for (const [place, value] of Object.entries(set))
      document.setIn(["config", ...place.split("/")], document.createNode(value));
    const { config, problems } = readStackFile(document.toString());
    assert.deepEqual(problems, []);
    return config?.addons;
  };
  const pluginWith = (set: Record<string, unknown>) => addonsWith(set)?.nvidiaDevicePlugin;

  it("decides what the file leaves open", () => {
    assert.equal(pluginWith({ "genai:cluster/provider": "k3s" })?.runtimeClass, "existing");
    assert.equal(pluginWith({ "genai:cluster/provider": "gke" })?.enabled, false);
  });

  it("adopts the metrics-server that a provider brings", () => {
    const installed = ["generic", "sandbox", "k3s", "k3d", "eks", "gke", "aks"].filter(
      (provider) => addonsWith({ "genai:cluster/provider": provider })?.metricsServer.enabled,
    );
    assert.deepEqual(installed, ["generic", "sandbox", "eks"]);
  });

  it("leaves the RuntimeClass to whoever brings the device plugin", () => {
    assert.equal(pluginWith({ "genai:addons/nvidiaDevicePlugin/enabled": false })?.runtimeClass, "existing");
    const dra = {
      "genai:addons/nvidiaDevicePlugin/enabled": false,
      "genai:addons/draDriver/enabled": true,
      "genai:cluster/kubernetesVersion": "1.36",
    };
    assert.equal(pluginWith(dra)?.runtimeClass, "create");
  });

  it("brings the MIG manager where a pool is split, and nowhere else", () => {
    const split = parseDocument(
      "{ name: mig, gpu: H100, gpusPerNode: 8, nodes: 1, cpu: '96', memory: 1Ti }",
    ).toJS() as object;
    const sharing = { mode: "migSingle", profile: "1g.10gb" };
    assert.equal(addonsWith({})?.migManager.enabled, false);
    assert.equal(addonsWith({ "genai:cluster/pools/2": { ...split, sharing } })?.migManager.enabled, true);
  });

  it("does not change what the file says", () => {
    const own = { "genai:cluster/provider": "gke", "genai:addons/nvidiaDevicePlugin/enabled": true };
    assert.equal(pluginWith(own)?.enabled, true);
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
