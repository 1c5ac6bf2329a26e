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
    const others = {
      "genai:grafanaAdminPassword": { secure: "v1:x" },
      "genai:vectorStoreKey-main-readOnly": { secure: "v1:x" },
    };
    assert.ok(valid({ config: { ...good, ...others }, encryptionsalt: "v1:x" }), JSON.stringify(valid.errors));
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
  const explained = (path: string) => {
    const found = explain(path);
    assert.ok(!("step" in found), path);
    return found;
  };

  it("gives a key's meaning, rule, default and examples", () => {
    const {
      description = "",
      allowed,
      required,
      default: given,
      examples,
    } = explained("genai:models.chat.gpusPerReplica");
    assert.match(description, /GPUs of one replica/);
    assert.deepEqual([allowed, required, given, examples], ["a whole number from 1 to 64", false, 1, [4]]);
  });

  it("goes through lists, maps and alternatives", () => {
    assert.equal(explained("genai:cluster.pools[1].gpu").allowed, "a GPU of the catalogue, which `genai gpus` lists");
    assert.equal(explained("genai:policy.level").allowed, "one of mandatory, advisory");
    assert.equal(explained("genai:addons.nvidiaDevicePlugin.sharing.mode").allowed, "one of none, timeSlicing, mps");
    assert.equal(explained("genai:addons.nvidiaDevicePlugin.sharing.replicas").allowed, "a whole number from 2 to 48");
    assert.ok(explained("genai:tenants").keys.includes("<name>.gpus"));
    assert.equal(explained("genai:cluster.pools").required, true);
  });

  it("says of a text what it may be, as the message about a wrong one does", () => {
    assert.equal(explained("genai:models.chat.tenant").allowed, "the name of a tenant under genai:tenants");
    assert.equal(explained("genai:tenants.research.cpu").allowed, 'a positive quantity of CPUs such as "32"');
    assert.match(explained("genai:schedules.nightly.cron").allowed, /^minute, hour, day, month and weekday/);
    assert.ok(!JSON.stringify(stackFileSchema()).includes('"rule"'));
  });

  it("knows no place that a stack file has not, and says how far the path leads", () => {
    const gaps: [path: string, within: string, step: string, known: RegExp][] = [
      ["genai:model", "", "genai:model", /^genai:version,genai:cluster,.*,genai:prompts$/],
      ["", "", "", /genai:models/],
      ["genai:models.chat.pools", "genai:models.chat", "pools", /^model,tenant,pool,/],
      ["genai:cluster.pools.first", "genai:cluster.pools", "first", /^\[0\]$/],
      [
        "genai:addons.nvidiaDevicePlugin.sharing.slices",
        "genai:addons.nvidiaDevicePlugin.sharing",
        "slices",
        /^mode,replicas/,
      ],
      ["genai:models.chat.model.name", "genai:models.chat.model", "name", /^$/],
    ];
    for (const [path, within, step, known] of gaps) {
      const found = explain(path);
      assert.ok("step" in found, path);
      assert.deepEqual([found.within, found.step], [within, step]);
      assert.match(found.known.join(), known);
    }
  });
});
