import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { images } from "@genai/catalog";
import { type UnpackedImage, unpackImage } from "@genai/sandbox";
import { gatewayProgram, modelKeyVariable } from "@genai/services";

/** A directory in which the real LiteLLM runs on what is rendered, with other programs beside it. */
export class GatewayDirectory {
  readonly directory: string;
  readonly #running = new Set<ChildProcess>();
  #said = "";

  constructor(directory: string) {
    this.directory = directory;
  }

  /** What all programs have printed. */
  get said(): string {
    return this.#said;
  }

  /** Writes what a gateway mounts. @param keys Keys of the tenants. */
  write(files: Readonly<Record<string, string>>, keys: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.directory, name), text);
    for (const sub of ["keys", "counts"]) mkdirSync(join(this.directory, sub));
    for (const [tenant, key] of Object.entries(keys)) writeFileSync(join(this.directory, "keys", tenant), key);
  }

  /** Unpacks LiteLLM's image. */
  unpack(): Promise<UnpackedImage> {
    return unpackImage(images.liteLlm, join(this.directory, "litellm"));
  }

  /** What LiteLLM finds in its environment on this machine; `models` have the keys `key-of-<model>`. */
  environment(image: UnpackedImage, models: readonly string[]): Record<string, string> {
    return {
      ...image.pythonEnvironment,
      HOME: this.directory,
      PATH: "/usr/bin:/bin",
      LANG: "C.UTF-8",
      TENANT_KEY_DIRECTORY: join(this.directory, "keys"),
      PROMETHEUS_MULTIPROC_DIR: join(this.directory, "counts"),
      ...Object.fromEntries(models.map((name) => [modelKeyVariable(name), `key-of-${name}`])),
    };
  }

  /** Starts LiteLLM behind its guard, and waits until it is ready. */
  async startLiteLlm(image: UnpackedImage, port: number, environment: Record<string, string>): Promise<ChildProcess> {
    const options = ["--host", "127.0.0.1", "--port", String(port)];
    const gateway = this.start(
      [...image.command("python3"), join(this.directory, gatewayProgram), ...options],
      environment,
    );
    await this.ready(`http://127.0.0.1:${port}/health/readiness`, gateway);
    return gateway;
  }

  start(command: readonly string[], environment: Record<string, string>): ChildProcess {
    const [program = "", ...args] = command;
    const child = spawn(program, args, { env: environment, cwd: this.directory, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (part: Buffer) => (this.#said += String(part)));
    this.#running.add(child);
    child.once("exit", () => this.#running.delete(child));
    return child;
  }

  /** Waits until an address answers. @throws If the program behind it ends before. */
  async ready(url: string, child: ChildProcess): Promise<void> {
    const answers = () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await answers())) {
      if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended: ${this.#said.slice(-2000)}`);
      await delay(100);
    }
  }

  /** Ends what still runs. */
  async stop(): Promise<void> {
    for (const child of this.#running) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
  }
}
