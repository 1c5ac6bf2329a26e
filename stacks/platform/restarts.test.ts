import { readFileSync } from "node:fs";
import { fingerprint } from "@genai/core";
import { assert, registeredBy, type RegisteredResource } from "@genai/testing";
import { readStackFile, stackSecrets } from "./config/index.ts";
import { deployPlatform } from "./program.ts";

/** What of a Pod's template says where its values come from. */
interface Template {
  metadata: { annotations?: Record<string, string> };
  spec: {
    initContainers?: Container[];
    containers: Container[];
    volumes?: { secret?: { secretName: string; items?: { key: string }[] } }[];
  };
}

interface Container {
  env?: { valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
}

interface Inputs {
  kind: string;
  metadata: { namespace: string; name: string };
  stringData?: Record<string, string>;
  spec?: {
    template?: Template;
    leaderWorkerTemplate?: { leaderTemplate: Template; workerTemplate: Template };
  };
}

/** Read when the first account is made, and not again where that is kept. */
const readOnce: Readonly<Record<string, string[]>> = {
  staging: ["chat-page uiAdministratorPassword"],
  prod: ["chat-page uiAdministratorPassword"],
};

const valueOf = (key: string) => `value of ${key}`;

async function restartsOf(stack: string) {
  const { config } = readStackFile(readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8"));
  assert.ok(config);
  const wanted = stackSecrets(config);
  const keys = wanted.flatMap(({ key, previousKey }) => (previousKey === undefined ? [key] : [key, previousKey]));
  const resources = await registeredBy(() =>
    deployPlatform(config, Object.fromEntries(keys.map((key) => [key, valueOf(key)]))),
  );
  const objects = resources.filter(({ type }) => type.startsWith("kubernetes:")).map(inputsOf);
  const pods = objects.flatMap(({ kind, metadata, spec }) => {
    if (["Job", "CronJob"].includes(kind)) return [];
    const { leaderTemplate, workerTemplate } = spec?.leaderWorkerTemplate ?? {};
    const templates = [spec?.template, leaderTemplate, workerTemplate].filter((each) => each !== undefined);
    return templates.map((template) => ({ ...metadata, template }));
  });
  const secrets = objects.filter(({ kind }) => kind === "Secret");
  /** The generated secrets, by their keys, in what a Pod refers to. */
  const readBy = ({ namespace, template }: (typeof pods)[number]) =>
    referencesOf(template).flatMap(({ name, key }) => {
      const secret = secrets.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
      const text = JSON.stringify(key === undefined ? secret?.stringData : secret?.stringData?.[key]);
      return keys.filter((each) => text?.includes(`${valueOf(each)}"`) || text?.includes(`${valueOf(each)}\\`));
    });
  const pairs = (of: (pod: (typeof pods)[number]) => string[]) =>
    [...new Set(pods.flatMap((pod) => of(pod).map((key) => `${pod.name} ${key}`)))].toSorted();
  return {
    keys,
    order: resources.map(({ name }) => name),
    read: pairs(readBy),
    restarting: pairs(({ template }) => {
      const annotation = template.metadata.annotations?.["genai.platform/secrets"] ?? "";
      return keys.filter((key) => annotation.includes(String(fingerprint(valueOf(key)))));
    }),
  };
}

function inputsOf({ inputs }: RegisteredResource): Inputs {
  return inputs as unknown as Inputs;
}

/** Keys of Secrets that a Pod refers to; whole Secrets without a key. */
function referencesOf({ spec }: Template): { name: string; key?: string }[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const variables = containers.flatMap(({ env = [] }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []));
  const files = (spec.volumes ?? []).flatMap(({ secret }) => {
    if (!secret) return [];
    const { secretName: name, items } = secret;
    return items ? items.map(({ key }) => ({ name, key })) : [{ name }];
  });
  return [...variables, ...files];
}

describe("a new value of a generated secret", () => {
  for (const stack of ["dev", "staging", "prod"]) {
    it(`replaces the Pods of Pulumi.${stack}.yaml that read it, and no others`, async () => {
      const { keys, read, restarting } = await restartsOf(stack);
      assert.deepEqual(
        restarting,
        read.filter((pair) => !readOnce[stack]?.includes(pair)),
      );
      const readers = (key: string) => read.filter((pair) => pair.endsWith(` ${key}`)).length;
      // PostgreSQL gives users their passwords by a Job, and Qdrant knows no key for applications: their users alone restart.
      assert.deepEqual(
        keys.filter((key) => readers(key) === 0 && !/^(vectorStoreKey|uiCachePassword)/.test(key)),
        [],
      );
    });
  }

  it("reaches the gateway before the chat page, which would be refused with it", async () => {
    const { order } = await restartsOf("dev");
    const at = (name: string) => order.indexOf(name);
    assert.ok(at("gateway-deployment") >= 0 && at("gateway-deployment") < at("chat-page-deployment"), order.join());
    // Not by chance: nothing of the page is registered before everything of the gateway is there.
    assert.ok(at("gateway-deployment") < at("chat-page-serviceAccount"), order.join());
  });
});
