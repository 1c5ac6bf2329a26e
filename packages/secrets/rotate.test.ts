import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { assert } from "@genai/testing";
import { isMap, parse, parseDocument, stringify } from "yaml";
import { gatewaySecrets, generatedSecrets } from "./index.ts";
import {
  finishRotation,
  isRotatable,
  newCiphertext,
  type RotatableSecret,
  rotationProblem,
  startRotation,
} from "./rotate.ts";

const secret = gatewaySecrets(["research"]).find((each) => isRotatable(each)) as RotatableSecret;

const file = `encryptionsalt: v1:salt
config:
  genai:gateway: { pool: system }
  # Of the research team.
  genai:tenantKey-research:
    secure: v1:first
  genai:ui: { tenant: research }
`;

/** A stack file after an edit of its configuration. */
function edited(text: string, edit: (config: Parameters<typeof startRotation>[0]) => void): string {
  const document = parseDocument(text);
  const config = document.get("config");
  assert.ok(isMap(config));
  edit(config);
  return document.toString();
}

const started = edited(file, (config) => startRotation(config, secret, "v1:second"));

describe("the rotation of a secret", () => {
  it("is there for tenants' keys, of which two can be valid", () => {
    assert.deepEqual([secret.key, secret.previousKey], ["tenantKey-research", "tenantKeyPrevious-research"]);
    assert.deepEqual(generatedSecrets(["chat"], { grafana: true }).filter(isRotatable), []);
  });

  it("keeps the former value beside the new one, and every other line as it was", () => {
    const both = "secure: v1:second\n  genai:tenantKeyPrevious-research:\n    secure: v1:first\n";
    assert.equal(started, file.replace("secure: v1:first\n", both));
    assert.equal(
      edited(started, (config) => finishRotation(config, secret)),
      file.replace("first", "second"),
    );
  });

  it("keeps to the style of a value in one line", () => {
    const flow = file.replace(":\n    secure: v1:first", ": { secure: v1:first }");
    assert.match(
      edited(flow, (config) => startRotation(config, secret, "v1:second")),
      /tenantKey-research: \{ secure: v1:second \}\n {2}genai:tenantKeyPrevious-research: \{ secure: v1:first \}\n/,
    );
  });

  it("is refused where the former value would be lost, and where there is none, with what to do instead", () => {
    const refused = (text: string, step: "start" | "finish") => rotationProblem(text, secret, step, "dev") ?? "";
    assert.equal(refused(file, "start") + refused(started, "finish"), "");
    assert.match(
      refused(started, "start"),
      /is being rotated already: .* rotate tenantKey-research --stack dev --finish$/,
    );
    assert.match(
      refused(file, "finish"),
      /is not being rotated: .* Start: npx genai secrets rotate tenantKey-research/,
    );
    const missing = /genai:tenantKey-research is missing, or not encrypted.*secrets init --stack dev$/;
    assert.match(refused("config: {}", "start"), missing);
    assert.match(refused(file.replace(":\n    secure: v1:first", ": sk-in-clear"), "start"), missing);
  });

  it("has a new value encrypted as the stack does it, which leaves no trace: neither an argument nor a file", async () => {
    let [seen, input, command] = ["", "", ""];
    const run = async (args: string[], options: { input: string }) => {
      [seen = "", input, command] = [args.at(-1), options.input, args.slice(0, -1).join(" ")];
      const own = parse(readFileSync(seen, "utf8")) as Record<string, object>;
      assert.deepEqual(own, { encryptionsalt: "v1:salt", config: {} });
      writeFileSync(seen, stringify({ ...own, config: { "genai:tenantKey-research": { secure: "v1:new" } } }));
    };
    assert.equal(await newCiphertext({ stack: "dev", text: file, secret }, run), "v1:new");
    assert.match(input, /^sk-[\w-]{43}$/);
    assert.equal(command, "config set --secret genai:tenantKey-research --stack dev --config-file");
    assert.ok(!existsSync(seen));
    await assert.rejects(
      newCiphertext({ stack: "dev", text: file, secret }, async () => {}),
      /pulumi wrote no encrypted/,
    );
  });
});
