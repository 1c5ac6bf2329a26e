import tab from "@bomb.sh/tab/commander";
import { Command, type CommanderError, InvalidArgumentError, Option } from "commander";
import type { FitQuestion } from "./commands/fit.ts";
import type { CommandContext } from "./commands/context.ts";
import type { CostOptions } from "./commands/cost.ts";
import packageFile from "./package.json" with { type: "json" };
import type { PreviewOptions } from "./commands/preview.ts";
import type { RotateOptions } from "./commands/rotate.ts";
import { exitCodes } from "./errors.ts";
import { committedStacks } from "./workspace.ts";

interface Options {
  stack: string;
  json?: boolean;
  context?: string;
}

/**
 * The `genai` command. Each command's code is loaded when it runs, so that `--help` and completion answer at once.
 *
 * @param signal Aborted by Ctrl-C.
 */
export function buildCommandLine(signal: AbortSignal): Command {
  const program = new Command("genai")
    .description("A GenAI platform for Kubernetes as one typed Pulumi program.")
    .version(packageFile.version)
    .addHelpText(
      "after",
      `\nExit codes: ${Object.entries(exitCodes)
        .map(([name, code]) => `${code} ${name}`)
        .join(", ")}.`,
    )
    .exitOverride((error: CommanderError) => process.exit(error.exitCode === 0 ? 0 : exitCodes.invalid));

  const stackOption = () => new Option("-s, --stack <name>", "the stack").choices(committedStacks());
  const stackCommand = (name: string, description: string, parent = program) =>
    parent
      .command(name)
      .description(description)
      .addOption(stackOption().default("dev"))
      .option("--json", "print JSON for scripts on stdout");
  const target = (command: Command) =>
    command.option("--context <name>", "a cluster of your own, by the context of your kubeconfig");
  const contextOf = ({ stack, json = false, context }: Options): CommandContext => ({ stack, json, context, signal });

  target(
    stackCommand("up", "deploy a stack on its embedded cluster (made if it is not there) and wait until it is Ready"),
  ).action(async (options: Options) => {
    const [{ up }, { exclusively }] = await Promise.all([import("./commands/up.ts"), import("./commands/context.ts")]);
    await exclusively(() => up(contextOf(options)));
  });

  target(stackCommand("preview", "show what up would change, with policy"))
    .option("--refresh", "look at the cluster first, which shows drift")
    .option("--diff", "show every property")
    .option("--expect-no-changes", "fail if anything would change")
    .option(
      "--affected",
      "every stack that the changes since --base affect, on a shadow stack with placeholder secrets",
    )
    .option("--base <revision>", "with --affected: the git revision to compare with", "origin/main")
    .option("--report <file>", "with --affected: write a Markdown report for a pull request")
    .action(async (options: Options & { affected?: boolean; base: string; report?: string }) => {
      const { exclusively } = await import("./commands/context.ts");
      if (options.affected) {
        const { previewAffected } = await import("./commands/preview-affected.ts");
        return exclusively(() => previewAffected(contextOf(options), options));
      }
      const { preview } = await import("./commands/preview.ts");
      await exclusively(() => preview(contextOf(options), options as PreviewOptions));
    });

  target(stackCommand("destroy", "delete what a stack deployed; the cluster stays")).action(
    async (options: Options) => {
      const [{ destroy }, { exclusively }] = await Promise.all([
        import("./commands/lifecycle.ts"),
        import("./commands/context.ts"),
      ]);
      await exclusively(() => destroy(contextOf(options)));
    },
  );

  stackCommand("status", "say what runs on a stack's embedded cluster").action(async (options: Options) => {
    const { status } = await import("./commands/lifecycle.ts");
    await status(contextOf(options));
  });

  stackCommand("open", "open a service of a stack's embedded cluster in a browser, until Ctrl-C")
    .argument("[service]", "its name, as status prints it", "chat-page")
    .action(async (service: string, options: Options) => {
      const { open } = await import("./commands/open.ts");
      await open(contextOf(options), service);
    });

  program
    .command("stop")
    .description("stop the embedded clusters of this checkout; what they hold is kept")
    .addOption(stackOption())
    .action(async ({ stack }: { stack?: string }) => {
      const [{ stop }, { exclusively }] = await Promise.all([
        import("./commands/lifecycle.ts"),
        import("./commands/context.ts"),
      ]);
      await exclusively(() => stop(stack));
    });

  program
    .command("reset")
    .description("delete the embedded clusters and all local state of this checkout")
    .action(async () => {
      const [{ reset }, { exclusively }] = await Promise.all([
        import("./commands/lifecycle.ts"),
        import("./commands/context.ts"),
      ]);
      await exclusively(reset);
    });

  program
    .command("doctor")
    .description("say which tools are there, from where, and how to get what is missing")
    .option("--json", "print JSON for scripts on stdout")
    .action(async ({ json = false }: { json?: boolean }) => {
      const { doctor } = await import("./commands/doctor.ts");
      await doctor(json);
    });

  const secrets = program.command("secrets").description("the generated secrets in a committed stack file");
  stackCommand("init", "generate what is missing and write it, encrypted, into Pulumi.<stack>.yaml", secrets).action(
    async (options: Options) => {
      const { secretsInit } = await import("./commands/secrets.ts");
      await secretsInit(contextOf(options));
    },
  );
  stackCommand(
    "check",
    "check that every generated secret is there and encrypted; needs no passphrase",
    secrets,
  ).action(async (options: Options) => {
    const { secretsCheck } = await import("./commands/secrets.ts");
    secretsCheck(contextOf(options));
  });
  stackCommand(
    "rotate",
    "replace a generated secret; the former value stays valid until --finish, so that clients can change in between",
    secrets,
  )
    .argument("<key>", "the secret, such as tenantKey-research")
    .option("--finish", "end the rotation: the former value is no longer valid", false)
    .option("--sandbox", "the embedded cluster's own secrets, also where the committed file has this one", false)
    .action(async (key: string, options: Options & RotateOptions) => {
      const [{ secretsRotate }, { exclusively }] = await Promise.all([
        import("./commands/rotate.ts"),
        import("./commands/context.ts"),
      ]);
      await exclusively(() => secretsRotate(contextOf(options), key, options));
    });

  const json = () => new Option("--json", "print JSON for scripts on stdout").default(false);
  const config = program.command("config").description("the stack file");
  stackCommand("check", "check a stack file as up would; needs no cluster and no passphrase", config)
    .option("--set <path=value>", "try a value on top of the file; repeat for more", collect, [])
    .action(async (options: Options & { set: string[] }) => {
      const { configCheck } = await import("./commands/config.ts");
      configCheck(contextOf(options), options.set);
    });

  stackCommand("migrate", "rewrite a stack file for the present version of its schema", config).action(
    async (options: Options) => (await import("./commands/config.ts")).configMigrate(contextOf(options)),
  );

  config
    .command("explain")
    .argument("[path]", "a place such as genai:models.chat.maxReplicas; without it, the sections")
    .description("say what a place in a stack file means, and what it may hold")
    .addOption(json())
    .action(async (path: string | undefined, options: { json: boolean }) => {
      const { configExplain, configSections } = await import("./commands/config.ts");
      if (path === undefined) configSections(options.json);
      else configExplain(path, options.json);
    });

  program
    .command("models")
    .description("list the models that a stack file may name")
    .addOption(json())
    .action(async (options: { json: boolean }) => (await import("./commands/catalog.ts")).listModels(options.json));
  program
    .command("gpus")
    .description("list the GPUs that a pool may have")
    .addOption(json())
    .action(async (options: { json: boolean }) => (await import("./commands/catalog.ts")).listGpus(options.json));
  program
    .command("fit")
    .argument("<model>", "a model of the catalogue")
    .description("say on which GPUs a model fits, and how many requests they hold")
    .option("--gpu <name>", "only this GPU")
    .option("--context <tokens>", "tokens of prompt and answer together; default: the model's own limit", wholeNumber)
    .option("--users <number>", "requests of that length at once", wholeNumber)
    .addOption(new Option("--quantization <name>", "quantise while loading").choices(["fp8"]))
    .addOption(new Option("--key-value-cache-dtype <name>", "data type of the cache").choices(["fp8"]))
    .addOption(json())
    .action(async (model: string, { json: asJson, ...question }: FitQuestion & { json: boolean }) => {
      const { fit } = await import("./commands/fit.ts");
      fit(model, question, asJson);
    });
  stackCommand("cost", "say what a stack's nodes cost in a month, and how much more than at another revision")
    .option("--base <revision>", "a git revision to compare with")
    .option("--revision <revision>", "the git revision that is asked about; default: the work tree")
    .action(async (options: Options & CostOptions) => {
      const { cost } = await import("./commands/cost.ts");
      await cost(contextOf(options), options);
    });

  stackCommand("render", "print every object of a stack as YAML; needs no cluster").action(async (options: Options) => {
    const { render } = await import("./commands/render.ts");
    await render(contextOf(options));
  });

  program
    .command("test")
    .description("run all tests: unit tests, then live ones on embedded clusters of their own")
    .action(async () => {
      const { test } = await import("./commands/test.ts");
      await test(signal);
    });

  tab(program);
  return program;
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return number;
}
