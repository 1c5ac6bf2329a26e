import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@genai/testing";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { staleFiles } from "./generate.ts";
import { explain, type JsonSchema, stackFileSchema } from "./json-schema.ts";

describe("the stack file's JSON Schema", () => {
  it("and the reference page are committed as they are generated", async () => {
    const stale = (await staleFiles()).map(({ path }) => path);
    assert.deepEqual(stale, [], "run: node stacks/platform/config/generate.ts");
  });

  it("describes every key that a user writes", () => {
    const bare: string[] = [];
    const visit = (path: string, schema: JsonSchema) => {
      for (const [key, child] of Object.entries(schema.properties ?? {})) {
        if (!child.description && child.const === undefined) bare.push(`${path}.${key}`);
        visit(`${path}.${key}`, child);
      }
      for (const child of [schema.items, schema.additionalProperties, ...(schema.oneOf ?? [])])
        if (typeof child === "object") visit(path, child);
    };
    visit("config", stackFileSchema().properties?.["config"] ?? {});
    assert.deepEqual(bare, []);
  });

  const valid = new Ajv2020({ allErrors: true, strictTypes: false, allowUnionTypes: true }).compile(stackFileSchema());

  it("allows Pulumi's own keys, other providers' and encrypted secrets, and underlines what is misspelt", () => {
    const good = { "kubernetes:context": "k3s", "genai:apiKey-chat": { secure: "v1:x" } };
    assert.ok(valid({ config: good, encryptionsalt: "v1:x" }), JSON.stringify(valid.errors));
    const bad = { "genai:apiKey-chat": "in clear", "genai:model": {}, "genai:cluster": { pools: [{ nodes: 0 }] } };
    assert.ok(!valid({ config: bad }));
    const places = new Set(valid.errors?.map(({ instancePath }) => instancePath));
    for (const place of ["/config", "/config/genai:apiKey-chat", "/config/genai:cluster/pools/0/nodes"])
      assert.ok(places.has(place), place);
  });

  it("allows every committed stack file, which names it for editors", () => {
    for (const stack of ["dev", "staging", "prod"]) {
      const file = readFileSync(join(import.meta.dirname, "..", "..", "..", `Pulumi.${stack}.yaml`), "utf8");
      assert.ok(valid(parse(file)), JSON.stringify(valid.errors));
      assert.match(file, /^# yaml-language-server: \$schema=stacks\/platform\/stack-file\.schema\.json$/m);
    }
  });
});

describe("explain", () => {
  it("gives a key's meaning, rule, default and examples", () => {
    const found = explain("genai:models.chat.gpusPerReplica");
    assert.match(found?.description ?? "", /GPUs of one replica/);
    assert.deepEqual(
      [found?.allowed, found?.required, found?.default, found?.examples],
      ["a whole number from 1 to 16", false, 1, [4]],
    );
  });

  it("goes through lists, maps and alternatives", () => {
    assert.match(explain("genai:cluster.pools[1].gpu")?.allowed ?? "", /^one of T4, V100-32GB, A2, A10/);
    assert.equal(explain("genai:addons.nvidiaDevicePlugin.sharing.mode")?.allowed, "one of none, timeSlicing, mps");
    assert.equal(explain("genai:addons.nvidiaDevicePlugin.sharing.replicas")?.allowed, "a whole number from 2 to 48");
    assert.ok(explain("genai:tenants")?.keys.includes("<name>.gpus"));
    assert.equal(explain("genai:cluster.pools")?.required, true);
  });

  it("knows no place that a stack file has not", () => {
    for (const path of ["genai:model", "genai:models.chat.pools", "genai:cluster.pools.first", "x", ""])
      assert.equal(explain(path), undefined, path);
  });
});
