import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import { withLock } from "./lock.ts";

describe("withLock", () => {
  const lockFile = () => join(temporaryDirectory("lock"), "lock");

  it("lets one in at a time", async () => {
    const path = lockFile();
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const one = withLock(path, {}, async () => {
      await first.promise;
      order.push("one");
    });
    const waited = Promise.withResolvers<number | undefined>();
    const two = withLock(path, { onWait: waited.resolve }, async () => void order.push("two"));
    assert.equal(await waited.promise, process.pid);
    first.resolve();
    await Promise.all([one, two]);
    assert.deepEqual(order, ["one", "two"]);
  });

  it("is gone with a process that was killed", async () => {
    const path = lockFile();
    const script = `const { withLock } = await import(${JSON.stringify(join(import.meta.dirname, "lock.ts"))});
      await withLock(${JSON.stringify(path)}, {}, () => { console.log("held"); return new Promise(() => setInterval(() => {}, 1000)); });`;
    const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    assert.equal(await withLock(path, {}, async () => "entered"), "entered");
  });

  it("stops waiting when told to", async () => {
    const path = lockFile();
    const controller = new AbortController();
    await withLock(path, {}, async () => {
      const waiting = withLock(path, { onWait: () => controller.abort(), signal: controller.signal }, async () => {});
      await assert.rejects(waiting, { name: "AbortError" });
    });
  });
});
