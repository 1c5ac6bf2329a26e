import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { models } from "@genai/catalog";
import { assert, temporaryDirectory } from "@genai/testing";
import { execa } from "execa";
import { imageTools } from "../toolchain/image-tools.ts";
import { resolveTools } from "../toolchain/resolve.ts";

/** What the stand-in would run the simulator with. */
interface Translation {
  simulator: string[];
  port: number;
  drainNanoseconds: number;
  dropped: string[] | null;
  readsImages: boolean;
}

describe("the stand-in for vLLM", function () {
  // The first time it has to be built.
  this.timeout(300_000);
  const file = join(temporaryDirectory("vllm"), "vllm.yaml");
  const dryRun = async (...args: string[]) => {
    const { vllm } = await resolveTools([imageTools.vllm], {});
    return execa(vllm.path, [...args, "--dry-run"], { reject: false });
  };
  const translate = async (...args: string[]) => JSON.parse((await dryRun(...args)).stdout) as Translation;
  /** The values of an option of the simulator. */
  const valuesOf = ({ simulator }: Translation, option: string) => {
    const start = simulator.indexOf(`--${option}`) + 1;
    const end = simulator.findIndex((value, index) => index >= start && value.startsWith("--"));
    return start === 0 ? undefined : simulator.slice(start, end < 0 ? undefined : end);
  };

  it("reads the configuration file that the program writes", async () => {
    const settings = {
      model: "Qwen/Qwen3-8B",
      "served-model-name": ["chat", "Qwen/Qwen3-8B"],
      port: 8123,
      dtype: "bfloat16",
      "tensor-parallel-size": 2,
      "max-model-len": 8192,
      "override-generation-config": '{"max_new_tokens":1024}',
      "shutdown-timeout": 76,
    };
    writeFileSync(
      file,
      Object.entries(settings)
        .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
        .join(""),
    );
    const translation = await translate("serve", "--config", file);
    assert.deepEqual(valuesOf(translation, "model"), ["Qwen/Qwen3-8B"]);
    assert.deepEqual(valuesOf(translation, "served-model-name"), ["chat", "Qwen/Qwen3-8B"]);
    // Eight times: the front judges the context.
    assert.deepEqual(valuesOf(translation, "max-model-len"), ["65536"]);
    assert.deepEqual(valuesOf(translation, "force-dummy-tokenizer"), []);
    assert.equal(valuesOf(translation, "port"), undefined);
    assert.equal(translation.port, 8123);
    assert.equal(translation.drainNanoseconds, 76e9);
    assert.deepEqual(translation.dropped, ["dtype", "tensor-parallel-size"]);
  });

  it("lets the command line count more than the file, in every way to write an option", async () => {
    writeFileSync(file, 'model: "one"\nmax_model_len: 100\nport: 8000\n');
    const cases: [string[], option: string, values: string[]][] = [
      [["serve", "other", "--config", file], "model", ["other"]],
      [["serve", "--config", file, "--model=other"], "model", ["other"]],
      [["serve", "--config", file], "max-model-len", ["800"]],
      [["serve", "--config", file, "--max_model_len", "200"], "max-model-len", ["1600"]],
      [["serve", "--config", file, "--served-model-name", "a", "b"], "served-model-name", ["a", "b"]],
      [["serve", "--config", file, "--max-num-seqs", "7"], "max-num-seqs", ["7"]],
      [["serve", "--config", file], "max-num-seqs", ["256"]],
      [
        ["serve", "one", "--lora-modules", "a=/a", "b=/b"],
        "lora-modules",
        ['{"name":"a","path":"/a"}', '{"name":"b","path":"/b"}'],
      ],
    ];
    for (const [args, option, values] of cases)
      assert.deepEqual(valuesOf(await translate(...args), option), values, args.join(" "));
  });

  it("takes images for the models of the catalogue that read them, by their names", async () => {
    for (const [name, { task }] of Object.entries(models)) {
      const { readsImages } = await translate("serve", "--model", "/models/it", "--served-model-name", "chat", name);
      assert.equal(readsImages, task === "vision", name);
    }
  });

  it("keeps API keys out of the simulator's command line", async () => {
    assert.doesNotMatch((await dryRun("serve", "model", "--api-key", "secret-key")).stdout, /secret-key/);
  });

  it("says what it cannot make sense of", async () => {
    const cases: [string[], RegExp][] = [
      [["bench"], /knows the command `serve` only/],
      [["serve"], /no model is given/],
      [["serve", "model", "--port", "eight"], /port \["eight"\] is no number/],
      [["serve", "model", "--max-model-len", "long"], /max-model-len \["long"\] is no number of tokens/],
      [["serve", "model", "--lora-modules", "a"], /lora-modules: "a" is not written as name=path/],
      [["serve", "model", "--override-generation-config", "{"], /override-generation-config: /],
      [["serve", "model", "--config", "/nowhere.yaml"], /nowhere\.yaml: no such file/],
    ];
    for (const [args, message] of cases) {
      const { exitCode, stderr } = await dryRun(...args);
      assert.equal(exitCode, 1, args.join(" "));
      assert.match(stderr, message);
    }
  });
});
