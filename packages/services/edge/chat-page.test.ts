import { assert, registeredBy } from "@genai/testing";
import { ChatPage, chatPageObjects, type ChatPageArgs } from "./chat-page.ts";

const args: ChatPageArgs = {
  tenant: "research",
  namespace: "tenant-research",
  pool: { name: "system", nodes: 2, memory: "64Gi", taints: [] },
  gatewayEndpoint: "http://gateway.genai-gateway.svc.cluster.local:4000/v1",
  gatewayKey: "canary-gateway",
  sessionKey: "canary-session",
  administrator: "ada@example.com",
  administratorPassword: "canary-administrator",
  cachePassword: "canary-cache",
  models: ["chat", "draft"],
  embedder: "documents",
};

interface Named {
  kind: string;
  metadata: { name: string };
}

/** The registered objects by the suffix of their names. */
async function registered(changes: Partial<ChatPageArgs> = {}) {
  const resources = await registeredBy(() => new ChatPage("page", { ...args, ...changes }));
  const entries = resources.map(({ name, inputs }) => [name.replace("page-", ""), inputs]);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
}

async function environmentOf(changes?: Partial<ChatPageArgs>): Promise<Map<string, unknown>> {
  const [container] = (await registered(changes))["deployment"].spec.template.spec.containers;
  return new Map(
    container.env.map(({ name, value, valueFrom }: Record<string, unknown>) => [name, value ?? valueFrom]),
  );
}

const database = { name: "page-database", key: "address" };

describe("chat page", () => {
  it("asks the gateway, keeps its settings in code, and lets nobody sign up", async () => {
    const environment = await environmentOf();
    assert.equal(environment.get("OPENAI_API_BASE_URL"), args.gatewayEndpoint);
    for (const off of ["ENABLE_PERSISTENT_CONFIG", "ENABLE_SIGNUP", "ENABLE_OLLAMA_API", "ENABLE_DIRECT_CONNECTIONS"])
      assert.equal(environment.get(off), "False", off);
    assert.deepEqual(environment.get("WEBUI_SECRET_KEY"), { secretKeyRef: { name: "page", key: "session-key" } });
    assert.equal(environment.get("RAG_EMBEDDING_MODEL"), "documents");
  });

  it("has secrets in Secrets alone", async () => {
    const objects = Object.values<Named>(await registered({ replicas: 2, database })).filter(
      ({ metadata }) => metadata,
    );
    const holders = objects.filter((object) => JSON.stringify(object).includes("canary"));
    assert.deepEqual(holders.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted(), [
      "Secret page",
      "Secret page-cache",
    ]);
  });

  it("keeps its data on a volume of the given class, with one writer", async () => {
    const { volume, deployment } = await registered({ storage: "10Gi", storageClass: "fast" });
    assert.deepEqual([volume.spec.storageClassName, volume.spec.accessModes], ["fast", ["ReadWriteOnce"]]);
    assert.equal(deployment.spec.strategy.type, "Recreate");
    assert.deepEqual(deployment.spec.template.spec.volumes[0].persistentVolumeClaim, { claimName: "page" });
    const without = await registered();
    assert.ok(!("volume" in without) && without["deployment"].spec.template.spec.volumes[0].emptyDir);
  });

  it("takes a database for more than one replica, which then talk through a Valkey", async () => {
    assert.throws(
      () => chatPageObjects("page", { ...args, replicas: 2 }),
      /genai:ui\.replicas: is 2, and replicas share/,
    );
    const environment = await environmentOf({ replicas: 2, database });
    assert.deepEqual(environment.get("DATABASE_URL"), { secretKeyRef: database });
    assert.equal(environment.get("WEBSOCKET_MANAGER"), "redis");
    const { secret } = await registered({ replicas: 2, database });
    assert.equal(secret.stringData["websocket-address"], "redis://:canary-cache@page-cache:6379/0");
  });

  it("signs on by a provider where there is one, which it may reach", async () => {
    const clientSecret = { name: "sign-on", key: "secret" };
    const openIdConnect = { clientId: "page", clientSecret, discoveryUrl: "https://login.example.com/x" };
    const environment = await environmentOf({ openIdConnect });
    assert.deepEqual(environment.get("OAUTH_CLIENT_SECRET"), { secretKeyRef: clientSecret });
    assert.equal(environment.get("OPENID_PROVIDER_URL"), openIdConnect.discoveryUrl);
    const ports = async (changes?: Partial<ChatPageArgs>) =>
      (await registered(changes))["networkPolicy"].spec.egress.flatMap((rule: { ports: { port: number }[] }) =>
        rule.ports.map(({ port }) => port),
      );
    assert.deepEqual(
      [await ports(), await ports({ openIdConnect })],
      [
        [53, 53, 4000],
        [53, 53, 4000, 443],
      ],
    );
  });

  it("is open to nobody, or to the controller that exposes it under its own address", async () => {
    assert.deepEqual((await registered())["networkPolicy"].spec.ingress, []);
    const exposure = {
      kind: "ingress",
      host: "chat.example.com",
      controllerNamespace: "nginx",
      tlsSecret: "tls",
    } as const;
    const environment = await environmentOf({ exposure });
    assert.equal(environment.get("WEBUI_URL"), "https://chat.example.com");
    assert.equal(environment.get("CORS_ALLOW_ORIGIN"), "https://chat.example.com");
    assert.equal((await registered({ exposure }))["ingress"].spec.rules[0].host, "chat.example.com");
  });
});
