import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import { unpackTar } from "modern-tar";
import { baseLayer } from "./base.ts";
import { buildImage, ensureImages, type EnsureOptions } from "./ensure.ts";
import { imageRow } from "./table.ts";

/** A containerd of the test's own: a client program that lists what is in a file, and keeps what it is given to import. */
function fakeContainerd(stored = ""): EnsureOptions & { imported: string } {
  const directory = temporaryDirectory("containerd");
  const [ctr, list, imported] = ["ctr", "list", "imported.tar"].map((name) => join(directory, name));
  writeFileSync(list ?? "", `REF TYPE DIGEST SIZE PLATFORMS LABELS\n${stored}`);
  const script = `#!/bin/sh\ncase "$*" in\n*"images list") cat '${list}' ;;\n*"images import"*) cat > '${imported}' ;;\n*) exit 1 ;;\nesac\n`;
  writeFileSync(ctr ?? "", script);
  chmodSync(ctr ?? "", 0o755);
  return { ctr: ctr ?? "", socket: "/nowhere.sock", imported: imported ?? "", pull: false };
}

describe("getting images", () => {
  it("reports what cannot be had, and why, and fails nothing", async () => {
    const options = fakeContainerd();
    const reports = await ensureImages(
      ["example.test/unknown:1", "nvcr.io/nvidia/k8s-device-plugin:v0.18.2", "docker.io/qdrant/qdrant:v1.20.0"],
      options,
    );
    assert.deepEqual(
      reports.map(({ reference, obtained, workload }) => [reference.split("/").at(-1), obtained, workload]),
      [
        ["unknown:1", "unavailable", "simulated"],
        ["k8s-device-plugin:v0.18.2", "unavailable", "simulated"],
        ["qdrant:v1.20.0", "unavailable", "simulated"],
      ],
    );
    assert.match(reports[0]?.from ?? "", /does not know how to build/);
    assert.ok(!existsSync(options.imported));
  });

  it("takes what containerd has", async () => {
    const options = fakeContainerd("docker.io/qdrant/qdrant:v1.20.0 type sha256:1 1 linux -\n");
    const [report] = await ensureImages(["docker.io/qdrant/qdrant:v1.20.0"], options);
    assert.equal(report?.obtained, "pulled");
  });

  it("loads what is built under the reference that Pods name, once", async () => {
    const row = imageRow("docker.io/vllm/vllm-openai:v0.30.0");
    const { recipe } = row ?? {};
    assert.ok(row && recipe);
    // Without its programs, whose build takes minutes.
    row.recipe = { ...recipe, layers: [baseLayer] };
    try {
      const options = fakeContainerd();
      const [report] = await ensureImages(["vllm/vllm-openai:v0.30.0"], options);
      assert.equal(report?.obtained, "stand-in");
      const files = await unpackTar(readFileSync(options.imported));
      const index = files.find(({ header }) => header.name === "index.json");
      assert.match(Buffer.from(index?.data ?? "").toString(), /"docker\.io\/vllm\/vllm-openai:v0\.30\.0"/);

      const { digest } = await buildImage(row.recipe);
      const again = fakeContainerd(`docker.io/vllm/vllm-openai:v0.30.0 type ${digest} 1 linux -\n`);
      assert.deepEqual(await ensureImages(["vllm/vllm-openai:v0.30.0"], again), [report]);
      assert.ok(!existsSync(again.imported));
    } finally {
      row.recipe = recipe;
    }
  });
});
