import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { assert, temporaryDirectory } from "@genai/testing";
import { answers, checksumIn, downloadRelease } from "./download.ts";

const program = "#!/bin/sh\necho v1.0.0\n";
const checksum = createHash("sha256").update(program).digest("hex");

describe("release downloads", () => {
  const files: Record<string, string> = {
    "/tool": program,
    "/tool.sha256": checksum,
    "/sums": `${"0".repeat(64)}  other\n${checksum}  tool\n`,
    "/wrong": "0".repeat(64),
  };
  const cache = process.env["XDG_CACHE_HOME"];
  let server: Server;
  let origin: string;
  const directory = () => temporaryDirectory("download");

  before(async () => {
    process.env["XDG_CACHE_HOME"] = directory();
    server = createServer(({ url = "" }, response) => {
      const content = files[url];
      response.writeHead(content === undefined ? 404 : 200).end(content);
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    if (cache === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = cache;
  });

  const release = (checksumPath: string) => ({ url: `${origin}/tool`, checksumUrl: `${origin}${checksumPath}` });

  it("are kept when the published checksum is theirs, alone or in a list", async () => {
    for (const path of ["/tool.sha256", "/sums"]) {
      const file = await downloadRelease(release(path), directory());
      assert.equal(readFileSync(file, "utf8"), program);
    }
  });

  it("are refused with both checksums when it is another", async () => {
    const refused = downloadRelease(release("/wrong"), directory());
    await assert.rejects(refused, new RegExp(`has SHA-256 ${checksum}; .*/wrong says 0{64}`));
  });

  it("are refused when there is no checksum, or none of that name", async () => {
    await assert.rejects(downloadRelease(release("/missing"), directory()), /missing answered 404/);
    assert.equal(checksumIn(`${checksum}  other\n`, "tool"), undefined);
  });

  it("are not tried where nobody answers, and that is remembered", async () => {
    assert.equal(await answers(`${origin}/tool`), true);
    const closed = createServer();
    await new Promise<void>((resolve) => void closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const url = `http://127.0.0.1:${port}/tool`;
    assert.equal(await answers(url), false);
    const late = createServer((_, response) => void response.end());
    await new Promise<void>((resolve) => void late.listen(port, "127.0.0.1", resolve));
    assert.equal(await answers(url), false);
    late.close();
  });
});
