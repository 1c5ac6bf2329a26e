import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "@genai/testing";
import { readProxyAccess, writeProxyAccess } from "./proxy-access.ts";

describe("the access to a cluster's proxy", () => {
  let directory: string;
  let files: { proxyAccess: string; proxyToken: string };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "genai access "));
    files = { proxyAccess: join(directory, "curl.conf"), proxyToken: join(directory, "proxy-token") };
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it("is a token of 256 bits in files of the owner's alone, another one each time", () => {
    // As somebody else's file would be.
    writeFileSync(files.proxyAccess, "", { mode: 0o666 });
    writeProxyAccess(files, 23_359);
    const first = readProxyAccess(files.proxyAccess);
    assert.deepEqual(first, { ...first, address: "http://127.0.0.1:23359", username: "genai" });
    assert.equal(Buffer.from(first.password, "base64url").length, 32);
    assert.equal(readFileSync(files.proxyToken, "utf8"), first.password);
    for (const file of Object.values(files)) assert.equal(statSync(file).mode & 0o777, 0o600);
    writeProxyAccess(files, 23_359);
    assert.notEqual(readProxyAccess(files.proxyAccess).password, first.password);
  });

  it("says what to do where the file is not there or not the cluster's", () => {
    assert.throws(() => readProxyAccess(files.proxyAccess), /curl\.conf does not name a proxy/);
    writeFileSync(files.proxyAccess, "silent\n");
    assert.throws(
      () => readProxyAccess(files.proxyAccess),
      /curl\.conf does not name a proxy\. Run: npx genai stop && npx genai up/,
    );
  });
});
