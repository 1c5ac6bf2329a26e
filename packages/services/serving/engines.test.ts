import {
  cpuSecondsPerToken,
  drainBudget,
  engines,
  ggufFiles,
  llamaCppMemoryMiB,
  type ModelName,
  models,
} from "@genai/catalog";
import { assert } from "@genai/testing";
import { exampleServer } from "./example-server.ts";
import { inferenceServerObjects, inferenceServerScrapeTargets, type InferenceServerArgs } from "./inference-server.ts";
import { inferenceServerProblems } from "./problems.ts";
import { modelResources } from "./resources.ts";

const args: InferenceServerArgs = { ...exampleServer, scraper: { namespace: "monitoring", byAnnotations: true } };
const cpuPool = { name: "system", nodes: 2, memory: "64Gi", taints: [] };

/** The objects as JSON gives them, and what of them the tests look at. */
function served(changes: Partial<InferenceServerArgs>) {
  const objects = JSON.parse(JSON.stringify(inferenceServerObjects("chat", { ...args, ...changes })));
  const { template } = objects.deployment.spec;
  const [container] = template.spec.containers;
  const variables = new Map<string, string | object>(
    container.env.map(({ name, value, valueFrom }: Record<string, string>) => [name, value ?? valueFrom]),
  );
  return { objects, template, container, variables };
}

function problemsOf(changes: Partial<InferenceServerArgs>): string[] {
  return inferenceServerProblems("chat", { ...args, ...changes }).map(({ path, message }) => `${path}: ${message}`);
}

describe("server with SGLang", () => {
  const { objects, template, container } = served({ engine: "sglang", prefixCaching: false, keyValueOffload: 32 });
  const config: string = objects.apiKey.stringData["sglang.yaml"];

  it("reads settings and key from the Secret, and has neither in an argument nor a ConfigMap", () => {
    assert.deepEqual(container.args, ["--config", "/etc/genai/sglang/sglang.yaml"]);
    assert.match(config, /^api-key: "not-a-real-key"$/m);
    assert.equal(objects.model, undefined);
    const { apiKey: _secret, ...others } = objects;
    assert.ok(!JSON.stringify(others).includes("not-a-real-key"));
    const [settings] = template.spec.volumes.filter(({ name }: { name: string }) => name === "settings");
    assert.equal(settings.secret.secretName, "chat-api-key");
  });

  it("knows every option that it is given", () => {
    const names = new Set<string>(Object.values(engines.sglang.options));
    for (const line of config.trim().split("\n")) assert.ok(names.has(line.split(":")[0] ?? ""), line);
    assert.match(config, /^disable-radix-cache: true$/m);
    // 32 GiB are 34 GB, for one GPU.
    assert.match(config, /^hicache-size: 34$/m);
    // 0.9 of 22.5 GiB without the overhead of 2.3 GiB.
    assert.match(config, /^mem-fraction-static: 0\.79$/m);
  });

  it("requests the memory that it offloads to, and is scraped and probed at its own port", () => {
    assert.equal(container.resources.requests.memory, "52Gi");
    assert.equal(template.metadata.annotations["prometheus.io/port"], "30000");
    assert.equal(container.ports[0].containerPort, 30_000);
    assert.equal(objects.deployment.spec.selector.matchLabels["app.kubernetes.io/name"], "sglang");
  });

  it("restarts its Pods when a setting changes", () => {
    const settings = ({ template: { metadata } }: ReturnType<typeof served>) =>
      metadata.annotations["genai.platform/settings"];
    assert.notEqual(
      settings(served({ engine: "sglang", contextLength: 8192 })),
      settings(served({ engine: "sglang" })),
    );
  });
});

describe("server with llama.cpp", () => {
  const onCpu: Partial<InferenceServerArgs> = { engine: "llamaCpp", pool: cpuPool, contextLength: undefined };
  const { objects, template, container, variables } = served(onCpu);

  it("runs on CPUs, with the memory of file and caches and no GPU", () => {
    const { requests } = container.resources;
    assert.equal(requests["nvidia.com/gpu"], undefined);
    assert.equal(requests.memory, `${llamaCppMemoryMiB("Qwen/Qwen3-8B", 5_030e6, 8192)}Mi`);
    assert.ok(!template.spec.volumes.some(({ name }: { name: string }) => name === "shared-memory"));
  });

  it("is told everything by variables that it knows, the key by reference", () => {
    const names = new Set<string>([...Object.values(engines.llamaCpp.options), "HOME", "XDG_CACHE_HOME"]);
    for (const name of variables.keys()) assert.ok(names.has(name), name);
    assert.equal(variables.get("LLAMA_ARG_HF_REPO"), "Qwen/Qwen3-8B-GGUF");
    assert.equal(variables.get("LLAMA_ARG_HF_FILE"), "Qwen3-8B-Q4_K_M.gguf");
    // Two requests at once share it.
    assert.equal(variables.get("LLAMA_ARG_CTX_SIZE"), "16384");
    assert.deepEqual(variables.get("LLAMA_API_KEY"), { secretKeyRef: { name: "chat-api-key", key: "api-key" } });
    assert.equal(objects.model, undefined);
  });

  it("waits for the longest answer before it is stopped, and is killed no sooner", () => {
    const drain = drainBudget(1024, cpuSecondsPerToken);
    const { seconds } = container.lifecycle.preStop.sleep;
    assert.equal(seconds, drain.preStopSeconds + drain.drainSeconds);
    assert.ok(template.spec.terminationGracePeriodSeconds > seconds);
  });

  it("is not scraped, since its metrics ask for the key", () => {
    assert.equal(template.metadata.annotations["prometheus.io/scrape"], undefined);
    assert.equal(objects.networkPolicy.spec.ingress.length, 1);
  });

  it("reads its file from a volume where the weights are mirrored", () => {
    const weights = { mirror: true, revision: "0123456789abcdef0123456789abcdef01234567" };
    const local = served({ ...onCpu, weights, sharedStorageClass: "nfs" });
    assert.equal(local.variables.get("LLAMA_ARG_MODEL"), "/models/weights/Qwen3-8B-Q4_K_M.gguf");
    assert.equal(local.variables.get("LLAMA_ARG_HF_REPO"), undefined);
  });

  it("is refused where it cannot be, with what to do", () => {
    const refused: [Partial<InferenceServerArgs>, RegExp][] = [
      [{ pool: args.pool }, /chat\.pool: "a10" has GPUs, and llamaCpp runs on CPUs/],
      [{ model: "Qwen/Qwen3-32B" }, /chat\.model: Qwen\/Qwen3-32B has no file for llamaCpp/],
      [{ gguf: "q8_0" }, /chat\.gguf: is q8_0, in which .* is not published; use q4_k_m/],
      [{ quantization: "fp8" }, /chat\.quantization: means nothing to llamaCpp/],
      [{ gpusPerReplica: 2 }, /chat\.gpusPerReplica: means nothing to llamaCpp/],
      [{ contextLength: 65_536 }, /chat\.contextLength: Qwen\/Qwen3-8B reads at most 40960 tokens, not 65536/],
      [{ pool: { ...cpuPool, memory: "6Gi" } }, /contextLength: .* needs \d+Mi, and a node of pool "system" has 6Gi/],
      [{ weights: { revision: "main" } }, /weights\.revision: cannot be chosen by llamaCpp when it downloads/],
    ];
    for (const [changes, expected] of refused) {
      const problems = problemsOf({ ...onCpu, ...changes });
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", expected);
    }
    assert.match(problemsOf({ pool: cpuPool }).join(), /chat\.pool: "system" has no GPUs, and vllm needs some/);
  });
});

describe("server with vLLM", () => {
  it("turns prefix caching off, and offloads cache, with options of the pinned version", () => {
    const { objects, container } = served({ prefixCaching: false, keyValueOffload: 16 });
    const config: string = objects.model.data["vllm.yaml"];
    assert.match(config, /^no-enable-prefix-caching: true\nkv-offloading-size: 16\nkv-offloading-backend: "native"$/m);
    assert.equal(container.resources.limits.memory, "36Gi");
    const names = new Set<string>(Object.values(engines.vllm.options));
    for (const line of config.trim().split("\n")) assert.ok(names.has(line.split(":")[0] ?? ""), line);
  });
});

describe("metrics of model servers", () => {
  it("are those of the engine, of the Pods that the Deployment selects, at a port that the container has", () => {
    for (const engine of ["vllm", "sglang"] as const) {
      const { objects, container } = served({ engine });
      const [target] = inferenceServerScrapeTargets("chat", { ...args, engine });
      assert.deepEqual(target?.selector, objects.deployment.spec.selector.matchLabels);
      assert.deepEqual([target?.source, target?.port], [engine, container.ports[0].name]);
    }
    assert.deepEqual(inferenceServerScrapeTargets("chat", { ...args, engine: "llamaCpp" }), []);
  });
});

describe("files for llama.cpp", () => {
  it("are of models of the catalogue, and as large as their format makes the parameters", () => {
    for (const [name, files] of Object.entries(ggufFiles) as [ModelName, (typeof ggufFiles)[ModelName]][]) {
      const { parameterCount } = models[name];
      const matrices = parameterCount.matrices + parameterCount.experts;
      for (const [format, file] of Object.entries(files ?? {})) {
        const bits = { q8_0: 8.5, q4_k_m: 4.5 }[format] ?? 0;
        assert.ok((matrices * bits) / 8 < file.bytes, name);
        assert.ok(file.bytes < ((matrices + parameterCount.other) * (bits + 1)) / 8, name);
      }
    }
    assert.ok(modelResources({ model: "Qwen/Qwen3-0.6B", engine: "llamaCpp" }).requests.memory.endsWith("Mi"));
  });
});
