import { assert } from "@genai/testing";
import { migrateText, readStackFile } from "./index.ts";

const rest = `  genai:cluster:
    pools:
      - { name: h100, gpu: H100, gpusPerNode: 8, nodes: 1, cpu: "64", memory: 1Ti }
  genai:tenants:
    research: { gpus: 8, cpu: "64", memory: 1Ti, pods: 9, owners: [{ kind: Group, name: leads }] }
`;
const old = `# Ours.
config:
${rest}  genai:models:
    chat:
      model: meta-llama/Llama-3.1-8B-Instruct # The small one.
      tenant: research
      # Ask the platform team.
      huggingFaceToken: { name: hugging-face, key: token }
      pool: h100
      weightsBandwidth: 200000000
    flow: { model: Qwen/Qwen3-8B, tenant: research, pool: h100, weightsBandwidth: 5000000 }
`;
const current = `# Ours.
config:
  genai:version: 2
${rest}  genai:models:
    chat:
      model: meta-llama/Llama-3.1-8B-Instruct # The small one.
      tenant: research
      # Ask the platform team.
      weights:
        token: { name: hugging-face, key: token }
        bandwidth: 200000000
      pool: h100
    flow: { model: Qwen/Qwen3-8B, tenant: research, pool: h100, weights: { bandwidth: 5000000 } }
`;

describe("migration of a stack file", () => {
  it("keeps comments, order and every line that it does not touch", () => {
    const { text, steps } = migrateText(old);
    assert.equal(text, current);
    assert.deepEqual(steps, [
      "version 2: weightsBandwidth and huggingFaceToken of a model become weights.bandwidth and weights.token",
    ]);
  });

  it("keeps the line ends that the file has", () => {
    assert.equal(migrateText(old.replaceAll("\n", "\r\n")).text, current.replaceAll("\n", "\r\n"));
  });

  it("changes nothing the second time", () => {
    assert.deepEqual(migrateText(current), { text: current, steps: [], problems: [] });
  });

  it("raises a version that the file states where it stands", () => {
    const { text } = migrateText(`config:\n  genai:models: {}\n  genai:version: 1\n`);
    assert.equal(text, `config:\n  genai:models: {}\n  genai:version: 2\n`);
  });

  it("is what reading an older file does, and an older and a newer file mean the same", () => {
    const [before, after] = [readStackFile(old), readStackFile(current)];
    assert.deepEqual([before.problems, after.problems], [[], []]);
    assert.deepEqual(before.config?.models, after.config?.models);
  });

  it("takes a version for a number that pulumi wrote as text", () => {
    const text = current.replace("genai:version: 2", 'genai:version: "2"');
    assert.deepEqual(readStackFile(text), readStackFile(current));
    assert.deepEqual(migrateText(text), { text, steps: [], problems: [] });
    assert.match(readStackFile(text.replace('"2"', '"two"')).problems[0]?.message ?? "", /^"two" given/);
  });

  it("leaves a file alone that it cannot read", () => {
    for (const text of ["", "- a\n", "config: [1]\n"])
      assert.deepEqual(migrateText(text), { text, steps: [], problems: [] });
  });

  it("says why it can do nothing: no YAML, or a version that is still to come", () => {
    const said = (text: string) => migrateText(text).problems.map(({ path, message }) => `${path}: ${message}`);
    assert.deepEqual(said("config:\n  a: [1\n"), [
      "line 3: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ]);
    assert.deepEqual(said("config:\n  genai:version: 99\n"), [
      "genai:version: is 99, and this checkout knows 2 at most; use a newer one",
    ]);
  });

  it("keeps indentation, aligned comments and empty lines", () => {
    const wide = `config:
    genai:models:

        chat:
            model:   'Qwen/Qwen3-8B'     # The usual one.


            # Fast.
            weightsBandwidth: 5000000

    # That is all.
`;
    assert.equal(
      migrateText(wide).text,
      wide
        .replace("config:\n", "config:\n    genai:version: 2\n")
        .replace("            weightsBandwidth", "            weights:\n                bandwidth"),
    );
  });

  it("adds to weights that are there, and leaves a key that is there twice for a person to decide", () => {
    const model = (text: string) =>
      migrateText(`config:\n  genai:models:\n    chat: ${text}\n`).text.split("chat: ")[1];
    assert.equal(
      model("{ weights: { revision: a }, weightsBandwidth: 5000000 }"),
      "{ weights: { revision: a, bandwidth: 5000000 } }\n",
    );
    const twice = "{ weights: { bandwidth: 6000000 }, weightsBandwidth: 5000000 }";
    assert.equal(model(twice), `${twice}\n`);
  });

  it("takes anchors and merge keys as they are", () => {
    const anchored = `config:
  genai:models:
    chat: &usual { model: Qwen/Qwen3-8B, weightsBandwidth: 5000000 }
    other: { <<: *usual, maxReplicas: 2 }
`;
    const { text } = migrateText(anchored);
    assert.match(text, /chat: &usual \{ model: Qwen\/Qwen3-8B, weights: \{ bandwidth: 5000000 \} \}/);
    assert.match(text, /other: \{ <<: \*usual, maxReplicas: 2 \}/);
  });
});
