import { assert } from "@genai/testing";
import { derivedStackFile, leftOutOfSandbox } from "./stack-config.ts";

const committed = `encryptionsalt: committed
config:
  # kept
  genai:cluster:
    pools: []
  genai:apiKey-chat:
    secure: committed-ciphertext
`;

const simulated = { realNode: false };

describe("derivedStackFile", () => {
  it("drops the committed secrets, which another passphrase encrypts, and keeps comments", () => {
    assert.equal(
      derivedStackFile(committed, undefined, simulated),
      "config:\n  # kept\n  genai:cluster:\n    pools: []\n    provider: sandbox\n" +
        "  genai:addons:\n    metricsServer:\n      enabled: false\n    prometheusAdapter:\n      enabled: false\n",
    );
  });

  it("keeps this checkout's own salt and secrets, and nothing else of the earlier file", () => {
    const previous =
      "encryptionsalt: local\nconfig:\n  genai:gone: 1\n  genai:apiKey-chat:\n    secure: local-ciphertext\n";
    const derived = derivedStackFile(committed, previous, simulated);
    assert.match(derived, /encryptionsalt: local\n/);
    assert.match(derived, /secure: local-ciphertext/);
    assert.doesNotMatch(derived, /genai:gone|committed/);
  });

  it("is for a sandbox, whatever the stack's own cluster is", () => {
    const managed = "config:\n  genai:cluster: { provider: eks, pools: [] }\n";
    assert.match(derivedStackFile(managed, undefined, simulated), /provider: sandbox/);
    assert.doesNotMatch(derivedStackFile("config: {}\n", undefined, simulated), /genai:cluster/);
  });

  it("has no mesh, and says so", () => {
    const meshed = "config:\n  genai:cluster: { provider: eks, mesh: { kind: istioAmbient }, pools: [] }\n";
    assert.doesNotMatch(derivedStackFile(meshed, undefined, simulated), /mesh/);
    const cluster = { provider: "eks" as const, leaderWorkerSet: false, pools: [] };
    assert.deepEqual(leftOutOfSandbox({ cluster }), []);
    assert.match(
      leftOutOfSandbox({ cluster: { ...cluster, mesh: { kind: "istioAmbient", namespaces: [] } } }).join(),
      /genai:cluster.mesh was left out/,
    );
  });

  it("has add-ons behind an APIService only where they can run", () => {
    const adapter = "config:\n  genai:addons: { prometheusAdapter: { enabled: true } }\n";
    assert.match(derivedStackFile(adapter, undefined, simulated), /prometheusAdapter: { enabled: false }/);
    assert.match(derivedStackFile(adapter, undefined, { realNode: true }), /prometheusAdapter: { enabled: true }/);
    const own = "config:\n  genai:addons: { metricsServer: { enabled: true, replicas: 2 } }\n";
    assert.match(derivedStackFile(own, undefined, simulated), /enabled: false, replicas: 2/);
    assert.match(derivedStackFile(own, undefined, { realNode: true }), /enabled: true, replicas: 2/);
  });

  it("takes the salt of the stack's record where the earlier file is lost", () => {
    assert.match(derivedStackFile(committed, undefined, { ...simulated, salt: "v1:salt" }), /encryptionsalt: v1:salt/);
  });

  it("is stable: deriving again changes nothing", () => {
    const once = derivedStackFile(committed, "encryptionsalt: local\nconfig: {}\n", simulated);
    assert.equal(derivedStackFile(committed, once, simulated), once);
  });
});
