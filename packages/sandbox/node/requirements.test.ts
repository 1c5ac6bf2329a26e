import { assert, temporaryDirectory } from "@genai/testing";
import { realNodeParts, realNodeProblem } from "./requirements.ts";

describe("what a real node needs", () => {
  const path = process.env["PATH"];
  const getuid = process.getuid;
  afterEach(() => {
    process.env["PATH"] = path;
    process.getuid = getuid;
  });

  it("is root", async () => {
    process.getuid = () => 1000;
    const expected =
      process.platform === "linux" ? "it needs root, for namespaces and cgroups; run as root." : /it needs Linux/;
    const problem = (await realNodeProblem()) ?? "";
    assert.ok(typeof expected === "string" ? problem === expected : expected.test(problem), problem);
    assert.deepEqual(await realNodeParts({}), { missing: problem });
  });

  it("are programs that most distributions have, with what to install where one has not", async () => {
    process.getuid = () => 0;
    process.env["PATH"] = temporaryDirectory("empty-path");
    const expected =
      process.platform === "linux"
        ? "not on PATH: ip, nsenter, unshare, mount; install iproute2, util-linux and mount."
        : "it needs Linux; containers do not run on this system itself.";
    assert.equal(await realNodeProblem(), expected);
  });
});
