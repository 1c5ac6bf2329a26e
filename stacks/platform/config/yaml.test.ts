import { assert } from "@genai/testing";
import { readStackFile } from "./index.ts";

/** A file that is valid but for what the tests put into it. */
const file = (models: string, rest = "") =>
  `config:\n  genai:tenants: { research: }\n  genai:models:\n${models.replace(/^/gm, "    ")}\n${rest}`;

const said = (text: string) => readStackFile(text).problems.map(({ path, message }) => `${path}: ${message}`);

describe("the YAML of a stack file", () => {
  it("may have anchors and merge keys", () => {
    const { config, problems } = readStackFile(
      file("usual: &usual { model: Qwen/Qwen3-0.6B, contextLength: 4096 }\nother: { <<: *usual, contextLength: 8192 }"),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual([config?.models["usual"]?.contextLength, config?.models["other"]?.contextLength], [4096, 8192]);
  });

  it("may be empty, hold only comments, begin with a byte order mark, and leave a section empty", () => {
    const sections = ["addons", "models", "policy", "monitoring", "gateway", "pipelines", "version", "cluster"];
    const empty = sections.map((name) => `  genai:${name}:\n`).join("");
    for (const text of ["", "# Nothing yet.\n", "config:\n", "\uFEFFconfig: {}\n", `config:\n${empty}`])
      assert.deepEqual(said(text), [], text);
  });

  const model = (value: string) => file(`chat: { model: Qwen/Qwen3-0.6B, tenant: ${value} }`);
  const unreadable: [title: string, text: string, problems: string[]][] = [
    [
      "an alias without its anchor, which may be a password",
      model("*hunter2"),
      ['file: is not YAML: an alias (*…) has no anchor (&…) above it; put a value that begins with "*" into quotes'],
    ],
    [
      "a tag, which may be a password",
      model("!hunter2 x"),
      ['line 4: is not YAML: a value has a tag (!…); put one that begins with "!" into quotes'],
    ],
    [
      "a character that YAML reserves",
      model("@hunter2"),
      ["line 4: is not YAML: Plain value cannot start with reserved character @"],
    ],
    ["a map as a key", "config:\n  ? { a: 1 }\n  : 2\n", ["line 2: is not YAML: a key is no text; put it into quotes"]],
    [
      "a key twice",
      "config:\n  genai:models: {}\n  genai:models: {}\n",
      ["line 3: is not YAML: Map keys must be unique"],
    ],
    ["tabs", "config:\n\tgenai:models: {}\n", ["line 2: is not YAML: Tabs are not allowed as indentation"]],
    [
      "two documents",
      "config: {}\n---\nconfig: {}\n",
      ["line 2: is not YAML: Source contains multiple documents; please use YAML.parseAllDocuments()"],
    ],
    [
      "itself",
      "config: &all\n  genai:models: *all\n",
      ["file: cannot be read: its aliases (*…) hold themselves, or unfold to far too much"],
    ],
    [
      "more than anybody can read",
      `a: &a [${"x,".repeat(99)}x]\nb: &b [${"*a,".repeat(99)}*a]\nconfig: [*b, *b, *b]\n`,
      ["file: cannot be read: its aliases (*…) hold themselves, or unfold to far too much"],
    ],
    ["text", "hello", ['file: "hello" given; must be a map with the key config']],
  ];
  for (const [title, text, problems] of unreadable)
    it(`is refused with ${title}`, () => {
      assert.deepEqual(said(text), problems);
      assert.doesNotMatch(problems.join(), /hunter2/);
    });
});
