import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { programArguments } from "./arguments.ts";

/** The exit code by which `cmd/run` says that it has told the user what went wrong (its `run/index.js`). */
const alreadyReported = 32;

const children = new Set<ChildProcess>();

/** The language runtime protocol for Node programs: each program is a child process of Pulumi's own `cmd/run`. */
export function languageRuntime(engine: string) {
  return {
    handshake: () => new messages.LanguageHandshakeResponse(),

    getPluginInfo() {
      const info = new plugin.PluginInfo();
      info.setVersion("3.230.0");
      return info;
    },

    // Plugins are installed by the sandbox beforehand; the engine learns the rest from the resources themselves.
    getRequiredPackages: () => new messages.GetRequiredPackagesResponse(),
    getRequiredPlugins: () => new messages.GetRequiredPluginsResponse(),
    getProgramDependencies: () => new messages.GetProgramDependenciesResponse(),
    about: () => new messages.AboutResponse(),

    async run(request: messages.RunRequest) {
      const code = await exitCode(spawnProgram(request, engine));
      const response = new messages.RunResponse();
      if (code === alreadyReported) response.setBail(true);
      else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
      return response;
    },

    cancel() {
      for (const child of children) child.kill("SIGINT");
      return new empty.Empty();
    },
  };
}

/** Runs a plugin that is a Node program, such as a policy pack, and streams what it prints. */
export function runPlugin(call: ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>): void {
  const { request } = call;
  const directory = request.getInfo()?.getProgramDirectory() || request.getProgram();
  const [address = "", ...rest] = request.getArgsList();
  const runner = request.getKind() === "analyzer" ? "run-policy-pack" : "run-plugin";
  const given = request
    .getEnvList()
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
  const child = spawn(process.execPath, [commandOf(directory, runner), address, directory, ...rest], {
    cwd: directory,
    env: { ...process.env, ...Object.fromEntries(given) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const send = (fill: (response: messages.RunPluginResponse) => void) => {
    const response = new messages.RunPluginResponse();
    fill(response);
    call.write(response);
  };
  child.stdout.on("data", (data: Buffer) => send((response) => response.setStdout(data)));
  child.stderr.on("data", (data: Buffer) => send((response) => response.setStderr(data)));
  call.on("cancelled", () => child.kill());
  void exitCode(child).then((code) => {
    send((response) => response.setExitcode(code));
    call.end();
  });
}

function spawnProgram(request: messages.RunRequest, engine: string): ChildProcess {
  const options = (request.getInfo()?.getOptions()?.toJavaScript() ?? {}) as {
    typescript?: boolean;
    nodeargs?: string;
  };
  const directory = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const nodeArguments = options.nodeargs?.split(" ").filter(Boolean) ?? [];
  return spawn(
    process.execPath,
    [...nodeArguments, commandOf(directory, "run"), ...programArguments(request, engine)],
    {
      cwd: request.getPwd(),
      env: {
        ...process.env,
        PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
}

/** Pulumi's own launcher, of the SDK that the program itself uses. */
function commandOf(directory: string, name: string): string {
  return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/cmd/${name}`);
}

function exitCode(child: ChildProcess): Promise<number> {
  children.add(child);
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (code) => {
      children.delete(child);
      resolve(code ?? 1);
    });
  });
}
