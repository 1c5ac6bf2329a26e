import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { images } from "@genai/catalog";
import { milliUnits } from "@genai/core";
import { type UnpackedImage, unpackImage } from "@genai/sandbox";
import { gatewayFiles, type GatewayArgs, gatewayPodSpec } from "@genai/services";
import { writePromptFiles } from "../gateway-prompts.ts";
import { GatewayDirectory } from "../lite-llm.ts";
import { freePorts, read } from "../programs.ts";
import { startUpstream, type Upstream } from "../upstream.ts";
import { type RawAnswer, RawConnection } from "./raw-http.ts";
import { keys, requestBytes, type RequestParts } from "./request.ts";
import { modelsOf, spareModel } from "./tenants.ts";

/** What there is to attack in this version of LiteLLM. */
export interface Surface {
  routes: { path: string; methods: string[] }[];
  /** Fields of a body that it reads as settings. */
  fields: string[];
  /** Headers that its source names. */
  headers: string[];
  /** Identifiers of deployments by the names of their models. */
  deployments: Record<string, string>;
}

/** What the running process holds and no request may change; `cooled` are the deployments that were left alone since its start. */
export interface GatewayState extends Record<string, unknown> {
  cooled: [deployment: string, status: number][];
}

const models: GatewayArgs["models"] = Object.fromEntries(
  Object.entries(modelsOf).flatMap(([tenant, { chat, embeds, ranks }]) => {
    const model = { endpoint: "", apiKey: "", tenant, drainSeconds: 30 };
    return [
      [chat, model],
      [embeds, { ...model, kind: "embedding" }],
      [ranks, { ...model, kind: "reranking" }],
      ...(tenant === "research" ? [[spareModel, model] as const] : []),
    ];
  }),
);

/** The gateway as it is rendered, for two tenants who share nothing but it. */
const args: GatewayArgs = {
  pool: { name: "system", nodes: 1, memory: "16Gi", taints: [] },
  models,
  fallbacks: { [modelsOf.research.chat]: [spareModel] },
  prompts: {
    [modelsOf.research.prompt]: {
      model: modelsOf.research.chat,
      variables: ["product"],
      variants: { v1: { weight: 100, text: "Help with {{product}}." } },
    },
    [modelsOf.support.prompt]: {
      model: modelsOf.support.chat,
      variants: { v1: { weight: 100, text: "Greet first." } },
    },
  },
  tenants: {
    research: { namespace: "tenant-research", key: "" },
    support: { namespace: "tenant-support", key: "" },
  },
  timeoutSeconds: 60,
  masterKey: "",
  cachePassword: "",
};

/** Of the Valkey in which it counts. */
export const cachePassword = "cache-password-77";

const insideError = "hosted_vllm at http://10.0.0.7:8000/v1 of vllm.entrypoints";

const rendered = gatewayPodSpec(args, {
  serviceAccount: "",
  selector: {},
  configuration: "",
  secrets: { master: "", models: "", tenants: "", cache: "" },
}).containers[0] as { env: { name: string; value?: string }[]; resources: { limits: { memory: string } } };

const renderedEnvironment = Object.fromEntries(
  rendered.env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
);

/** The gateway's own program on what is rendered, each model a server that remembers what it was asked. */
export class BesiegedGateway {
  readonly port: number;
  readonly upstreams: Readonly<Record<string, Upstream>>;
  readonly #programs: GatewayDirectory;
  readonly #statePort: number;
  readonly #process: ChildProcess;
  readonly #image: UnpackedImage;

  private constructor(
    ports: { port: number; statePort: number },
    upstreams: Record<string, Upstream>,
    programs: GatewayDirectory,
    running: { child: ChildProcess; image: UnpackedImage },
  ) {
    [this.port, this.#statePort] = [ports.port, ports.statePort];
    [this.upstreams, this.#programs, this.#process, this.#image] = [upstreams, programs, running.child, running.image];
  }

  /** Starts it, and waits until it is ready. @param guardrails What becomes of what is found in texts. */
  static async start(directory: string, guardrails: GatewayArgs["guardrails"]): Promise<BesiegedGateway> {
    const programs = new GatewayDirectory(directory);
    const upstreams: Record<string, Upstream> = {};
    for (const name of Object.keys(models)) upstreams[name] = await startUpstream(name);
    const [port = 0, statePort = 0, cachePort = 0] = await freePorts(3);
    const endpoints = Object.fromEntries(
      Object.entries(upstreams).map(([name, { endpoint }]) => [
        name,
        models[name]?.kind === "reranking" ? new URL(endpoint).origin : endpoint,
      ]),
    );
    programs.write(gatewayFiles({ ...args, guardrails }, endpoints, { host: "127.0.0.1", port: cachePort }), {
      research: keys.research,
      support: keys.support,
    });
    const image = await programs.unpack();
    const valkey = (await unpackImage(images.valkey, join(directory, "valkey"))).command("valkey-server");
    programs.start(
      [...valkey, "--port", String(cachePort), "--requirepass", cachePassword, "--save", "", "--dir", directory],
      {},
    );
    const command = [...image.command("python3"), join(import.meta.dirname, "observed_gateway.py"), String(statePort)];
    const options = [join(directory, "gateway.py"), "--host", "127.0.0.1", "--port", String(port)];
    const child = programs.start([...command, ...options], {
      ...renderedEnvironment,
      ...programs.environment(image, Object.keys(models)),
      PROMPT_DIRECTORY: writePromptFiles(join(directory, "prompts"), args.prompts),
      LITELLM_MASTER_KEY: keys.platform,
      CACHE_PASSWORD: cachePassword,
    });
    await programs.ready(`http://127.0.0.1:${port}/health/readiness`, child);
    return new BesiegedGateway({ port, statePort }, upstreams, programs, { child, image });
  }

  /** The command of its Python, which has openai's library, and what that wants in its environment. */
  get python(): readonly string[] {
    return this.#image.command("python3");
  }

  get pythonEnvironment(): Readonly<Record<string, string>> {
    return this.#image.pythonEnvironment;
  }

  /** Everything that the gateway has printed. */
  get said(): string {
    return this.#programs.said;
  }

  surface(): Promise<Surface> {
    return this.#observed("surface") as Promise<Surface>;
  }

  state(): Promise<GatewayState> {
    return this.#observed("state") as Promise<GatewayState>;
  }

  /** Most memory that its process has had at a time since the last `forgetPeak`, in bytes. */
  peakMemory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/^VmHWM:\s*([0-9]+) kB$/m.exec(status)?.[1]) * 1024;
  }

  forgetPeak(): void {
    writeFileSync(`/proc/${this.#process.pid}/clear_refs`, "5");
  }

  /** Memory of its container, in bytes, as it is rendered. */
  get memoryLimit(): number {
    return Number(milliUnits(rendered.resources.limits.memory)) / 1000;
  }

  /** Sends one request on a connection of its own; gives what came back. */
  async exchange(parts: RequestParts): Promise<RawAnswer[]> {
    const connection = await RawConnection.open(this.port);
    await connection.write(requestBytes(parts));
    const { answers } = await connection.answers(1);
    connection.close();
    return answers;
  }

  /** Lets a model's server answer so many requests with an error, which says more than a client may know, and what was asked. */
  fail(model: string, status: number, times: number): void {
    let left = times;
    this.#upstream(model).answer = ({ text }, response) => {
      if (left-- <= 0) return false;
      response.writeHead(status, { "content-type": "application/json", "x-inside": insideError });
      response.end(
        JSON.stringify({ error: { message: `${insideError}: ${text}`, type: "x", param: null, code: status } }),
      );
      return true;
    };
  }

  /** Lets a model's server begin its answers, and then say an error or nothing more. */
  breakStream(model: string, broken: "event" | "connection"): void {
    this.#upstream(model).answer = ({ body }, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const choices = [{ index: 0, delta: { role: "assistant", content: "begun" } }];
      const part = { id: "1", object: "chat.completion.chunk", created: 1, model: body.model, choices };
      response.write(`data: ${JSON.stringify(part)}\n\n`);
      if (broken === "event")
        response.end(`data: ${JSON.stringify({ error: { message: insideError, code: 500 } })}\n\n`);
      else setTimeout(() => response.destroy(), 100);
      return true;
    };
  }

  /** Lets a model's server answer as at first. */
  answerAsEver(model: string): void {
    this.#upstream(model).answer = undefined;
  }

  /** Lets a model's server answer so from now on. */
  answerWith(model: string, body: object): void {
    this.#upstream(model).answer = (_asked, response) => {
      response.end(JSON.stringify(body));
      return true;
    };
  }

  /** Lets a model's server stream these pieces from now on, each as a packet of its own. */
  streamWith(model: string, pieces: readonly (string | Buffer)[]): void {
    this.#upstream(model).answer = (_asked, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.socket?.setNoDelay(true);
      void (async () => {
        for (const piece of pieces) {
          response.write(piece);
          await nextTurn();
        }
        response.end();
      })();
      return true;
    };
  }

  /** Lets a model's server stream without an end from now on, as fast as it is read; gives how many such answers are running. */
  streamEndlessly(model: string): () => number {
    let running = 0;
    // Never the same twice, which LiteLLM takes for a model that has lost its way.
    function* events() {
      for (let number = 0; ; number++) {
        const choices = [{ index: 0, delta: { role: "assistant", content: `${number} ${"word ".repeat(3000)}` } }];
        yield `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model, choices })}\n\n`;
      }
    }
    this.#upstream(model).answer = (_asked, response) => {
      running++;
      response.once("close", () => running--);
      response.writeHead(200, { "content-type": "text/event-stream" });
      pipeline(Readable.from(events()), response, () => {});
      return true;
    };
    return () => running;
  }

  async stop(): Promise<void> {
    await this.#programs.stop();
    for (const upstream of Object.values(this.upstreams)) upstream.stop();
  }

  #upstream(model: string): Upstream {
    const upstream = this.upstreams[model];
    if (!upstream) throw new Error(`no model ${model}`);
    return upstream;
  }

  async #observed(what: string): Promise<unknown> {
    return JSON.parse(await read(`http://127.0.0.1:${this.#statePort}/${what}`));
  }
}
