import { writeFileSync } from "node:fs";
import { execa } from "execa";
import { openBaseRevision } from "../base-revision.ts";
import { exitCodes, reportError, UserError } from "../errors.ts";
import { compareObjects } from "../object-diff.ts";
import { renderStack, withoutSecretValues } from "../render.ts";
import { markdownReport, type StackReport } from "../report.ts";
import { openSession } from "../session.ts";
import { loadStackConfig } from "../stack-config.ts";
import { committedStacks, root } from "../workspace.ts";
import type { CommandContext } from "./context.ts";
import { OperationError } from "../pulumi.ts";
import { costAt, difference } from "./cost.ts";
import { operation, withPolicy } from "./operation.ts";

/**
 * Previews every affected stack for a pull request. Needs no passphrase and no production state, so forks can run it: the engine
 * previews a shadow stack with placeholder secrets on an embedded cluster with that stack's pools, and what changes is found by comparing
 * the objects that the two revisions render.
 */
export async function previewAffected(
  context: CommandContext,
  options: { base: string; report?: string },
): Promise<void> {
  const stacks = await affectedStacks(options.base);
  const reports: StackReport[] = [];
  for (const stack of stacks) reports.push(await reportOn(stack, context, options.base));
  const markdown = markdownReport(reports, options.base);
  if (options.report) writeFileSync(options.report, markdown);
  if (context.json) console.log(JSON.stringify({ base: options.base, reports }, undefined, 2));
  else if (!options.report) console.log(markdown);
  else console.log(`${stacks.length} affected stacks (${stacks.join(", ") || "none"}): ${options.report}`);
  if (reports.some(({ preview }) => preview && preview.violations > 0)) throw new UserError("", exitCodes.policy);
  if (reports.some(({ problem, preview }) => problem || (preview && preview.errors.length > 0)))
    throw new UserError("", exitCodes.failed);
}

/** The stacks whose file changed, or all of them when nx says that the program is affected. */
export async function affectedStacks(base: string): Promise<string[]> {
  const changed = await execa("git", ["diff", "--name-only", `${base}...`], { cwd: root, reject: false });
  if (changed.exitCode !== 0) {
    throw new UserError(
      `git cannot compare with "${base}": fetch it, or name another revision with --base.\n${changed.stderr}`,
      exitCodes.invalid,
    );
  }
  const projects = await execa("nx", ["show", "projects", "--affected", "--base", base, "--json"], {
    cwd: root,
    preferLocal: true,
    localDir: root,
    env: { NX_DAEMON: "false" },
  });
  if ((JSON.parse(projects.stdout) as string[]).includes("@genai/platform")) return committedStacks();
  const files = changed.stdout.split("\n");
  return committedStacks().filter((stack) => files.includes(`Pulumi.${stack}.yaml`));
}

async function reportOn(stack: string, context: CommandContext, base: string): Promise<StackReport> {
  const report: StackReport = { stack };
  try {
    const config = loadStackConfig(stack);
    const after = (await renderStack(config, stack)).map(withoutSecretValues);
    Object.assign(report, await compareWithBase(stack, base, after));
    report.cost = await costWithBase(stack, base);
    const { pulumi, paths } = await openSession({ stack, signal: context.signal, quiet: true, shadow: true });
    report.preview = await pulumi.operate([...operation("preview", stack, paths.configFile), ...withPolicy(stack)], {
      signal: context.signal,
      quiet: true,
    });
  } catch (error) {
    if (context.signal.aborted) throw error;
    if (error instanceof OperationError) return { ...report, preview: error.result };
    report.problem = error instanceof Error ? error.message : String(error);
    if (!(error instanceof UserError)) reportError(error);
  }
  return report;
}

/** The change is left out where the base has no such file, or one that this revision cannot read. */
async function costWithBase(stack: string, base: string): Promise<StackReport["cost"]> {
  const { month, unknown } = await costAt(stack, undefined);
  const before = await costAt(stack, base).catch(() => undefined);
  const change = before && difference(before.month, month).expected;
  return { expected: month.expected, unknown, ...(change === undefined ? {} : { change }) };
}

async function compareWithBase(stack: string, base: string, after: Awaited<ReturnType<typeof renderStack>>) {
  const revision = await openBaseRevision(base);
  try {
    return { differences: compareObjects(await revision.render(stack), after) };
  } catch (error) {
    return {
      baseProblem: `${base} could not be rendered: ${error instanceof Error ? error.message.split("\n")[0] : error}`,
    };
  } finally {
    await revision.remove();
  }
}
