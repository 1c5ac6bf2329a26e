import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { images } from "@genai/catalog";
import { type UnpackedImage, unpackImage } from "@genai/sandbox";
import { type ChatPageArgs, chatPageObjects } from "@genai/services";
import type { Variable } from "@genai/core";
import * as pulumi from "@pulumi/pulumi";

/** The real Open WebUI, run in a directory on what is rendered for its Pod. */
export class OpenWebUi {
  /** Its address. */
  readonly url: string;
  readonly #directory: string;
  readonly #port: number;
  /** What it is rendered from. */
  #args: ChatPageArgs;
  #image: UnpackedImage | undefined;
  #running: ChildProcess | undefined;
  #said = "";

  constructor(directory: string, port: number, args: ChatPageArgs) {
    this.#directory = directory;
    this.#port = port;
    this.#args = args;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Its image, unpacked. */
  async image(): Promise<UnpackedImage> {
    return (this.#image ??= await unpackImage(images.openWebUi, join(this.#directory, "image")));
  }

  /** The end of what it printed. */
  get said(): string {
    return this.#said.slice(-3000);
  }

  /** Whom it looked up or connected to, each once. */
  get connections(): string[] {
    const file = this.#connectionsFile;
    return existsSync(file) ? [...new Set(readFileSync(file, "utf8").trim().split("\n"))].filter(Boolean) : [];
  }

  /** What its container finds in its environment, on this machine. */
  async environment(): Promise<Record<string, string>> {
    const { secret, deployment } = chatPageObjects("page", this.#args);
    const secrets = await resolved((secret as { stringData: Record<string, pulumi.Input<string>> }).stringData);
    const { env } = (deployment.spec as unknown as PodOwner).template.spec.containers[0];
    const entries = env.map((variable) => [
      variable.name,
      "value" in variable ? variable.value : secrets[variable.valueFrom.secretKeyRef.key],
    ]);
    const data = join(this.#directory, "data");
    mkdirSync(data, { recursive: true });
    return {
      ...(await resolved(Object.fromEntries(entries) as Record<string, pulumi.Input<string>>)),
      ...(await this.image()).pythonEnvironment,
      // As in its image.
      FROM_INIT_PY: "true",
      PATH: "/usr/bin:/bin",
      LANG: "C.UTF-8",
      HOME: this.#directory,
      DATA_DIR: data,
      STATIC_DIR: join(data, "static"),
    };
  }

  /** Starts it, and waits until it is ready. */
  async start(): Promise<void> {
    const environment = await this.environment();
    const options = ["open_webui.main:app", "--host", "127.0.0.1", "--port", String(this.#port), "--loop", "asyncio"];
    const [program, ...rest] = (await this.image()).command("python3");
    const child = spawn(program, [...rest, "-m", "uvicorn", ...options], {
      cwd: this.#directory,
      env: {
        ...environment,
        PYTHONPATH: `${import.meta.dirname}:${environment["PYTHONPATH"]}`,
        PYTHONDONTWRITEBYTECODE: "1",
        CONNECTIONS_FILE: this.#connectionsFile,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (part: Buffer) => (this.#said = (this.#said + String(part)).slice(-100_000)));
    this.#running = child;
    const ready = () =>
      fetch(`${this.url}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await ready())) {
      if (child.exitCode !== null) throw new Error(`Open WebUI ended: ${this.said}`);
      await delay(200);
    }
  }

  /** Starts it again with other arguments; its accounts and chats are still there. */
  async restart(changes: Partial<ChatPageArgs>): Promise<void> {
    this.#args = { ...this.#args, ...changes };
    await this.stop();
    await this.start();
  }

  /** Ends it. */
  async stop(): Promise<void> {
    const child = this.#running;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  get #connectionsFile(): string {
    return join(this.#directory, "connections");
  }
}

interface PodOwner {
  template: { spec: { containers: [{ env: Variable[] }] } };
}

function resolved(values: Record<string, pulumi.Input<string>>): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    pulumi.output(values).apply((plain) => resolve(plain as Record<string, string>));
  });
}
