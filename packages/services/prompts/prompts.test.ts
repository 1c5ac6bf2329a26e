import { assert } from "@genai/testing";
import type { Prompts } from "./prompt-args.ts";
import { promptIndex, promptObjects, promptVariantName, promptVolume } from "./prompt-objects.ts";
import { promptProblems, type PromptSurroundings } from "./prompt-problems.ts";
import { readTemplate, singleBraces } from "./template.ts";

const prompts: Prompts = {
  support: {
    model: "chat",
    variables: ["product"],
    variants: {
      v2: { weight: 10, text: "Help with {{product}}, briefly." },
      v1: { weight: 90, text: "You help customers of {{product}}." },
    },
  },
};
const around: PromptSurroundings = {
  models: { chat: { tenant: "research", contextLength: 1024 }, help: { tenant: "support" } },
  embeddings: { documents: {} },
  gateway: {},
};
const place = { namespace: "genai-gateway", labels: { "app.kubernetes.io/name": "litellm" } };
const objectsOf = (changed: Prompts) => promptObjects(changed, { support: "research" }, place);
const namesOf = (changed: Prompts) =>
  Object.values(objectsOf(changed))
    .map(({ metadata }) => (metadata as { name: string }).name)
    .toSorted();
const withText = (text: string, variables = ["product"]): Prompts => ({
  support: { model: "chat", variables, variants: { v1: { weight: 100, text } } },
});
const said = (changed: Prompts) => promptProblems(changed, around).map(({ path, message }) => `${path}: ${message}`);

describe("prompt variants", () => {
  it("are an immutable ConfigMap each, of its tenant, with nothing but its text", () => {
    const { "prompt-support-v1": first, ...others } = objectsOf(prompts);
    assert.deepEqual(Object.keys(others), ["prompt-support-v2"]);
    assert.equal(first?.immutable, true);
    assert.deepEqual(first?.data, { "prompt.txt": "You help customers of {{product}}." });
    assert.deepEqual(first?.metadata, {
      name: promptVariantName("support", "v1", "You help customers of {{product}}."),
      namespace: "genai-gateway",
      labels: { "app.kubernetes.io/name": "litellm", "genai.platform/tenant": "research" },
    });
  });

  it("have another name with another text, the same with another weight, and the old one when a stack goes back", () => {
    const before = namesOf(prompts);
    const { support } = prompts;
    assert.ok(support);
    const { v1, v2 } = support.variants;
    assert.ok(v1 && v2);
    const change = (changed: object) => ({ support: { ...support, variants: { v1, v2, ...changed } } });
    assert.deepEqual(namesOf(change({ v1: { ...v1, weight: 50 }, v2: { ...v2, weight: 50 } })), before);
    const after = namesOf(change({ v2: { ...v2, text: "Help." } }));
    assert.equal(after[0], before[0]);
    assert.notEqual(after[1], before[1]);
    assert.deepEqual(namesOf(change({})), before);
  });

  it("are told apart by their names however these are cut", () => {
    const text = "The same.";
    assert.notEqual(promptVariantName("a-b", "c", text), promptVariantName("a", "bc", text));
    const longest = promptVariantName("a".repeat(40), "b".repeat(12), text);
    assert.ok(longest.length <= 63, longest);
  });

  it("stand in the index by name, whatever the order of the stack file, and never with their texts", () => {
    const index = promptIndex(prompts);
    assert.deepEqual(
      index["support"]?.variants.map(({ weight }) => weight),
      [90, 10],
    );
    assert.deepEqual(index["support"]?.variables, ["product"]);
    assert.match(index["support"]?.variants[0]?.sha256 ?? "", /^[0-9a-f]{64}$/);
    assert.doesNotMatch(JSON.stringify(index), /customers/);
  });

  it("are mounted as files with the names of their ConfigMaps, and not at all where there are none", () => {
    const volume = promptVolume(prompts, "prompts");
    assert.deepEqual(
      volume?.projected.sources.map(({ configMap }) => configMap.name),
      namesOf(prompts),
    );
    for (const { configMap } of volume?.projected.sources ?? [])
      assert.deepEqual(configMap.items, [{ key: "prompt.txt", path: configMap.name }]);
    assert.equal(promptVolume({}, "prompts"), undefined);
  });

  it("are read for variables, and for braces that begin none", () => {
    assert.deepEqual(readTemplate('{{a}} and {{ b_2 }}, {{a}}; {"json": {"is": {}}}'), {
      variables: ["a", "b_2"],
      malformed: [],
    });
    const lines = readTemplate("{{ok}}\n{{}} {{Upper}} {{open\n{{{three}}} {{four}}}").malformed;
    assert.deepEqual(
      lines.map(({ line }) => line),
      [2, 2, 2, 3, 3],
    );
    assert.deepEqual(singleBraces("{product}, {other}, {{product}}", ["product"]), [
      { near: "{product}, {other}, ", line: 1 },
    ]);
  });

  it("have no problems as they should be", () => assert.deepEqual(said(prompts), []));

  it("are refused with slips in their texts and variables", () => {
    const text = "genai:prompts.support.variants.v1.text: ";
    assert.deepEqual(said(withText("{{produkt}} {{product}} {{product} {product}")), [
      `${text}line 1: "{{product} {product}" is no variable; write one as {{product}}, or single braces`,
      `${text}line 1: "{product}" has single braces and would stay as it is; write two`,
      `${text}uses {{produkt}}, and variables has product; add it there, or remove it`,
    ]);
    assert.deepEqual(said(withText("No variable.", ["product", "product", "A"])), [
      'genai:prompts.support.variables[0]: "product" is in no text; write it there as {{product}}, or remove it',
      'genai:prompts.support.variables[1]: "product" is there twice; remove one',
      'genai:prompts.support.variables[2]: "A" cannot name a variable; use at most 40 letters, digits and "_", beginning with a small letter',
    ]);
  });

  it("are refused too long for their model, and too large for a ConfigMap", () => {
    const half = "x".repeat(2048);
    assert.deepEqual(said(withText(half, [])), []);
    assert.match(
      said(withText(`${half}x`, []))[0] ?? "",
      /takes about 513 tokens \(4 bytes each\), more than half of the 1024 that "chat" has/,
    );
    const large = { support: { model: "help", variants: { v1: { weight: 100, text: "é".repeat(524_289) } } } };
    assert.match(said(large)[0] ?? "", /has 1048578 bytes, and a ConfigMap holds 1048576 at most/);
  });

  it("are refused with a model that is not there, embeds, or is another tenant's, and with a name that is taken", () => {
    const only = { v1: { weight: 100, text: "Hello." } };
    const problems = said({
      chat: { model: "chat", variants: only },
      one: { model: "constructor", variants: only },
      two: { model: "documents", variants: only },
      three: { model: "help", tenant: "research", variants: only },
      Four: { model: "help", variants: only },
      ["five".repeat(11)]: { model: "help", variants: only },
    });
    const expected = [
      /prompts\.chat: "chat" is already the name of genai:models\.chat; rename one/,
      /prompts\.one\.model: "constructor" is no model; there is under genai:models: chat, help/,
      /prompts\.two\.model: "documents" embeds and does not answer/,
      /prompts\.three\.tenant: is "research", and model "help" belongs to "support"; leave it out/,
      /prompts\.Four: "Four" cannot name a Service/,
      /has 44 characters, and a prompt's name at most 40; shorten it/,
    ];
    assert.equal(problems.length, expected.length, problems.join("\n"));
    for (const [index, form] of expected.entries()) assert.match(problems[index] ?? "", form);
  });

  it("are refused with weights that are no whole share, twins, names that are none, and none at all", () => {
    const variants = {
      v1: { weight: 90, text: "Hello." },
      "v-2": { weight: 5.5, text: "Hello." },
      v3: { weight: 0, text: "Good day." },
    };
    const problems = said({ support: { model: "chat", variants }, empty: { model: "chat", variants: {} } });
    const expected = [
      /support\.variants: has weights that sum to 95\.5 \(v1 90, v-2 5\.5, v3 0\); must be whole numbers above 0 that sum to 100/,
      /support\.variants\.v-2: "v-2" cannot name a variant; use at most 12 lower-case letters and digits/,
      /support\.variants\.v-2\.text: is the same as that of "v1"; remove one/,
      /empty\.variants: is empty; must have at least one/,
    ];
    assert.equal(problems.length, expected.length, problems.join("\n"));
    for (const [index, form] of expected.entries()) assert.match(problems[index] ?? "", form);
  });
});
