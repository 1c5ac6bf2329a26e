import { models, startupBudgetSeconds } from "@genai/catalog";
import { assert, registeredBy } from "@genai/testing";
import { GenAIPlatform, type GenAIPlatformArgs, platformServers } from "../platform.ts";
import { exampleServer } from "./example-server.ts";
import { inferenceServerObjects, type InferenceServerArgs } from "./inference-server.ts";
import { inferenceServerProblems } from "./problems.ts";
import type { WeightsArgs } from "./server-args.ts";
import { weightsMirrorObjects } from "./weights-mirror.ts";
import { weightsMirrors } from "./weights-platform.ts";
import { parseWeightsSource, weightsPlan, weightsSourceForm } from "./weights-source.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const args: InferenceServerArgs = { ...exampleServer, sharedStorageClass: "efs" };
const mirrored: WeightsArgs = { mirror: true, revision: commit, token: { name: "hugging-face", key: "token" } };

/** The objects as JSON gives them: without inputs' types and without undefined members. */
function plain<Value>(value: Value) {
  return JSON.parse(JSON.stringify(value));
}

function problemsOf(weights: WeightsArgs, changes: Partial<InferenceServerArgs> = {}): string[] {
  const problems = inferenceServerProblems("chat", { ...args, ...changes, weights });
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

describe("source of weights", () => {
  it("has one of four forms", () => {
    const read = {
      "hf://Qwen/Qwen3-8B@main": { kind: "hub", repository: "Qwen/Qwen3-8B", revision: "main" },
      "hf://Qwen/Qwen3-8B": { kind: "hub", repository: "Qwen/Qwen3-8B" },
      "s3://models/qwen3/8b": { kind: "bucket", bucket: "models", prefix: "qwen3/8b" },
      "pvc://weights/qwen3-8b": { kind: "claim", claim: "weights", path: "qwen3-8b" },
      "oci://ghcr.io/acme/qwen3-8b:1.0": { kind: "image", reference: "ghcr.io/acme/qwen3-8b:1.0" },
    };
    for (const [text, source] of Object.entries(read)) {
      assert.deepEqual(parseWeightsSource(text), source);
      assert.match(text, weightsSourceForm);
    }
    for (const text of [
      "Qwen/Qwen3-8B",
      "hf://Qwen",
      "s3://models",
      "pvc://w/../x",
      "oci://ghcr.io/a/b",
      "file:///x",
    ]) {
      assert.equal(parseWeightsSource(text), undefined, text);
      assert.doesNotMatch(text, weightsSourceForm);
    }
  });

  it("is the model's own repository at the catalogue's revision where nothing is said", () => {
    const { source, revision, local } = weightsPlan("microsoft/phi-4", {});
    assert.deepEqual(source, { kind: "hub", repository: "microsoft/phi-4" });
    assert.deepEqual([revision, local], [models["microsoft/phi-4"].revision, false]);
    assert.equal(weightsPlan("microsoft/phi-4", { source: "hf://acme/phi-4-tuned" }).revision, undefined);
  });

  it("is refused where it cannot be, with what to do", () => {
    const refused: [WeightsArgs, RegExp, Partial<InferenceServerArgs>?][] = [
      [{ source: "nfs://x" }, /^genai:models\.chat\.weights\.source: must be hf:/],
      [{ source: "s3://models/a" }, /weights\.mirror: must be true for s3:/],
      [{ source: "pvc://weights/a", mirror: true }, /weights\.mirror: means nothing for weights that are on a volume/],
      [
        { source: "hf://Qwen/Qwen3-8B@main", mirror: true },
        /weights\.source: names the revision main; a mirror keeps one/,
      ],
      [{ mirror: true }, /weights\.revision: is missing; a mirror keeps one commit/],
      [
        { ...mirrored },
        /weights\.mirror: needs a volume that Pods of several nodes/,
        { sharedStorageClass: undefined },
      ],
      [
        { source: "oci://ghcr.io/a/b:1" },
        /oci:\/\/ needs Kubernetes 1\.36; .* is 1\.34/,
        { kubernetesVersion: "1.34" },
      ],
      [{ source: "pvc://weights/a", revision: commit }, /weights\.revision: is said by weights\.source already/],
      [{ volumeBandwidth: 0 }, /weights\.volumeBandwidth: is 0/],
    ];
    for (const [weights, expected, changes] of refused) {
      const problems = problemsOf(weights, changes);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", expected);
    }
    for (const weights of [mirrored, { source: "pvc://weights/a" }, { source: "oci://ghcr.io/a/b:1" }])
      assert.deepEqual(problemsOf(weights, { kubernetesVersion: "1.36" }), []);
    assert.deepEqual(problemsOf({ source: "pvc://weights/a" }, { model: "meta-llama/Llama-3.1-8B-Instruct" }), []);
  });
});

describe("server of weights on a volume", () => {
  const objects = plain(inferenceServerObjects("chat", { ...args, weights: mirrored }));
  const pod = objects.deployment.spec.template.spec;
  const [container] = pod.containers;
  const variables = container.env.map(({ name }: { name: string }) => name);

  it("loads a directory, offline, read-only and without the token", () => {
    assert.match(objects.model.data["vllm.yaml"], /^model: "\/models\/weights"$/m);
    assert.doesNotMatch(objects.model.data["vllm.yaml"], /revision/);
    assert.match(objects.model.data["vllm.yaml"], /^served-model-name: \["chat","Qwen\/Qwen3-8B"\]$/m);
    assert.ok(variables.includes("HF_HUB_OFFLINE") && !variables.includes("HF_TOKEN"));
    const volume = pod.volumes.find(({ name }: { name: string }) => name === "weights");
    assert.deepEqual(volume.persistentVolumeClaim, { claimName: "model-weights", readOnly: true });
    const mount = container.volumeMounts.find(({ name }: { name: string }) => name === "weights");
    assert.equal(mount.readOnly, true);
    assert.match(mount.subPath, /^qwen3-8b-[0-9a-f]{8}$/);
  });

  it("keeps no weights on the node, starts in the time that the volume takes, and reaches no internet", () => {
    assert.equal(container.resources.requests["ephemeral-storage"], "15Gi");
    const budget = startupBudgetSeconds("Qwen/Qwen3-8B", 250e6);
    const { periodSeconds, failureThreshold } = container.startupProbe;
    assert.ok(periodSeconds * failureThreshold >= budget && periodSeconds * (failureThreshold - 1) < budget);
    assert.equal(objects.networkPolicy.spec.egress.length, 1);
  });

  it("waits until its directory is complete", () => {
    const [wait] = pod.initContainers;
    assert.deepEqual(wait.command, ["test", "-f", "/models/weights/.complete"]);
    assert.equal(wait.image, container.image);
  });

  it("mounts a claim or an image of the user's own, and waits for nothing", () => {
    for (const [source, expected] of [
      ["pvc://weights/qwen", { persistentVolumeClaim: { claimName: "weights", readOnly: true } }],
      ["oci://ghcr.io/acme/qwen:1", { image: { reference: "ghcr.io/acme/qwen:1", pullPolicy: "IfNotPresent" } }],
    ] as const) {
      const own = plain(inferenceServerObjects("chat", { ...args, weights: { source } }));
      const { volumes, initContainers } = own.deployment.spec.template.spec;
      assert.deepEqual(volumes.at(-1), { name: "weights", ...expected });
      assert.equal(initContainers, undefined);
      assert.equal(own.networkPolicy.spec.egress.length, 1);
    }
  });
});

describe("mirror of weights", () => {
  const second = { ...args, weights: { ...mirrored }, maxReplicas: 4 };
  const mirrors = weightsMirrors({ chat: { ...args, weights: mirrored }, second, plain: args });
  const mirror = mirrors["research"];
  assert.ok(mirror);
  const objects = plain(weightsMirrorObjects("weights-research", mirror));
  const [load, ...others] = Object.keys(objects).filter((key) => key.startsWith("load-"));
  const job = objects[load ?? ""];
  const [container] = job.spec.template.spec.containers;

  it("downloads each source and revision once, however many servers and replicas read it", () => {
    assert.deepEqual(others, []);
    assert.equal(job.spec.podReplacementPolicy, "Failed");
    assert.equal(job.spec.template.spec.restartPolicy, "Never");
    const variables = new Map(container.env.map(({ name, value }: { name: string; value?: string }) => [name, value]));
    assert.equal(variables.get("SOURCE"), "hf://Qwen/Qwen3-8B");
    assert.equal(variables.get("REVISION"), commit);
    assert.equal(`load-${variables.get("TARGET")}`, load);
  });

  it("has room for two revisions, and time to download and to verify", () => {
    // 16.4 GB are 15.3 GiB.
    assert.equal(objects.claim.spec.resources.requests.storage, "33Gi");
    assert.deepEqual(objects.claim.spec.accessModes, ["ReadWriteMany"]);
    assert.ok(job.spec.activeDeadlineSeconds > (16.4e9 / 100e6) * 2);
  });

  it("gives the token to the loader alone, and lets nobody in", () => {
    assert.deepEqual(container.env.at(-1).valueFrom.secretKeyRef, mirrored.token);
    const prune = objects.prune.spec.jobTemplate.spec.template.spec.containers[0];
    assert.ok(!JSON.stringify(prune).includes("HF_TOKEN"));
    assert.deepEqual(objects.networkPolicy.spec.ingress, []);
    assert.match(objects.script.data["weights.py"], /def load\(/);
  });

  it("comes before the servers that read it", async () => {
    const platform: GenAIPlatformArgs = {
      pools: [{ name: "a10", gpu: "A10", gpusPerNode: 4, nodes: 2, memory: "64Gi", taints: [] }],
      tenants: { research: { namespace: "tenant-research", gpus: 4, cpu: "64", memory: "256Gi", pods: 20 } },
      models: {
        chat: {
          model: "Qwen/Qwen3-8B",
          tenant: "research",
          pool: "a10",
          contextLength: 16_384,
          apiKey: "x",
          weights: mirrored,
        },
      },
      sharedStorageClass: "efs",
    };
    assert.deepEqual(platformServers(platform).problems, []);
    const names = (await registeredBy(() => void new GenAIPlatform("platform", platform))).map(({ name }) => name);
    const loader = names.findIndex((name) => name.startsWith("weights-research-load-"));
    assert.ok(loader >= 0 && loader < names.indexOf("chat-deployment"), names.join(" "));
  });
});
