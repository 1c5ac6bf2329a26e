import { assert } from "@genai/testing";
import { derivedStackFile } from "./stack-config.ts";

const committed = `encryptionsalt: committed
config:
  # kept
  genai:cluster:
    pools: []
  genai:apiKey-chat:
    secure: committed-ciphertext
`;

describe("derivedStackFile", () => {
  it("drops the committed secrets, which another passphrase encrypts, and keeps comments", () => {
    assert.equal(
      derivedStackFile(committed, undefined),
      "config:\n  # kept\n  genai:cluster:\n    pools: []\n    provider: sandbox\n",
    );
  });

  it("keeps this checkout's own salt and secrets, and nothing else of the earlier file", () => {
    const previous =
      "encryptionsalt: local\nconfig:\n  genai:gone: 1\n  genai:apiKey-chat:\n    secure: local-ciphertext\n";
    const derived = derivedStackFile(committed, previous);
    assert.match(derived, /encryptionsalt: local\n/);
    assert.match(derived, /secure: local-ciphertext/);
    assert.doesNotMatch(derived, /genai:gone|committed/);
  });

  it("is for a sandbox, whatever the stack's own cluster is", () => {
    const managed = "config:\n  genai:cluster: { provider: eks, pools: [] }\n";
    assert.match(derivedStackFile(managed, undefined), /provider: sandbox/);
    assert.equal(derivedStackFile("config: {}\n", undefined), "config: {}\n");
  });

  it("takes the salt of the stack's record where the earlier file is lost", () => {
    assert.match(derivedStackFile(committed, undefined, "v1:salt"), /encryptionsalt: v1:salt/);
  });

  it("is stable: deriving again changes nothing", () => {
    const once = derivedStackFile(committed, "encryptionsalt: local\nconfig: {}\n");
    assert.equal(derivedStackFile(committed, once), once);
  });
});
