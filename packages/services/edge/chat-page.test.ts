import { assert, registeredBy } from "@genai/testing";
import { closedSettings } from "./chat-page-closed.ts";
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

interface Egress {
  to: { ipBlock?: { cidr: string; except?: string[] } }[];
  ports?: { port: number }[];
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
  });

  it("offers the given models to everybody, and begins with the first", async () => {
    const environment = await environmentOf();
    assert.deepEqual(JSON.parse(String(environment.get("OPENAI_API_CONFIGS"))), {
      0: { enable: true, model_ids: ["chat", "draft"] },
    });
    assert.equal(environment.get("DEFAULT_MODELS"), "chat");
    assert.equal(environment.get("BYPASS_MODEL_ACCESS_CONTROL"), "True");
    assert.ok(!(await environmentOf({ models: [] })).has("OPENAI_API_CONFIGS"));
  });

  it("embeds documents through the gateway, with the tenant's key", async () => {
    const environment = await environmentOf();
    assert.equal(environment.get("RAG_OPENAI_API_BASE_URL"), args.gatewayEndpoint);
    assert.deepEqual(environment.get("RAG_OPENAI_API_KEY"), { secretKeyRef: { name: "page", key: "gateway-key" } });
    const settings = [
      "RAG_EMBEDDING_ENGINE",
      "RAG_EMBEDDING_MODEL",
      "BYPASS_EMBEDDING_AND_RETRIEVAL",
      "ENABLE_MEMORIES",
    ];
    assert.deepEqual(
      settings.map((name) => environment.get(name)),
      ["openai", "documents", "False", "True"],
    );
    const without = await environmentOf({ embedder: undefined });
    assert.deepEqual(
      settings.map((name) => without.get(name)),
      ["openai", "", "True", "False"],
    );
  });

  it("sends no tools, and has no others than its own, which are off", async () => {
    const environment = await environmentOf();
    const read = (name: string) => JSON.parse(String(environment.get(name)));
    assert.deepEqual(read("DEFAULT_MODEL_PARAMS"), { function_calling: "legacy" });
    assert.equal(read("DEFAULT_MODEL_METADATA").capabilities.builtin_tools, false);
    assert.equal(environment.get("ENABLE_PLUGINS"), "False");
    assert.deepEqual(read("TOOL_SERVER_CONNECTIONS"), []);
  });

  it("offers nothing that would leave the platform", async () => {
    const environment = await environmentOf();
    const permissions = ["CHAT_WEB_UPLOAD", "CHAT_STT", "CHAT_TTS", "CHAT_CALL", "FEATURES_IMAGE_GENERATION"];
    for (const permission of permissions)
      assert.equal(environment.get(`USER_PERMISSIONS_${permission}`), "False", permission);
    const policy = String(environment.get("CONTENT_SECURITY_POLICY"));
    assert.ok(!/https?:|wss?:|\*/.test(policy), policy);
  });

  it("sets a variable for one reason only", () => {
    const names = closedSettings.flatMap(({ variables }) => Object.keys(variables));
    assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
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

  it("signs on by a provider where there is one", async () => {
    const clientSecret = { name: "sign-on", key: "secret" };
    const openIdConnect = { clientId: "page", clientSecret, discoveryUrl: "https://login.example.com/x" };
    const environment = await environmentOf({ openIdConnect });
    assert.deepEqual(environment.get("OAUTH_CLIENT_SECRET"), { secretKeyRef: clientSecret });
    assert.equal(environment.get("OPENID_PROVIDER_URL"), openIdConnect.discoveryUrl);
  });

  it("reaches name servers and the gateway, and what is named besides where it is said to be", async () => {
    const egress = async (changes?: Partial<ChatPageArgs>): Promise<Egress[]> =>
      (await registered(changes))["networkPolicy"].spec.egress.slice(2);
    const clientSecret = { name: "sign-on", key: "secret" };
    const openIdConnect = { clientId: "page", clientSecret, discoveryUrl: "https://login.example.com:8443/x" };
    assert.deepEqual(await egress(), []);
    const [anywhere, ...others] = await egress({ openIdConnect });
    assert.deepEqual([anywhere?.ports, others], [[{ protocol: "TCP", port: 8443 }], []]);
    assert.ok(anywhere?.to.every(({ ipBlock }) => ipBlock?.except?.length));
    const networks = ["203.0.113.0/24"];
    const there = { to: [{ ipBlock: { cidr: "203.0.113.0/24" } }], ports: [{ protocol: "TCP", port: 8443 }] };
    assert.deepEqual(await egress({ openIdConnect: { ...openIdConnect, networks } }), [there]);
    const inCluster = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "keycloak" } } }];
    assert.deepEqual(await egress({ openIdConnect: { ...openIdConnect, namespace: "keycloak" } }), [{ to: inCluster }]);
    assert.deepEqual(await egress({ database: { ...database, networks } }), [
      { ...there, ports: [{ protocol: "TCP", port: 5432 }] },
    ]);
    const environment = await environmentOf({ database: { ...database, networks } });
    assert.deepEqual(environment.get("DATABASE_URL"), { secretKeyRef: database });
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
