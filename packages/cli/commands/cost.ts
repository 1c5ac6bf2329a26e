import { readFileSync } from "node:fs";
import { pricesReadOn } from "@genai/catalog";
import { problemsText } from "@genai/core";
import { readStackFile } from "@genai/platform";
import { type MonthlyCost, type StackCost, stackCost } from "@genai/platform/cost";
import { execa } from "execa";
import { exitCodes, UserError } from "../errors.ts";
import { dollars, signedDollars } from "../money.ts";
import { printTable } from "../table.ts";
import { committedStackFile, root } from "../workspace.ts";
import type { CommandContext } from "./context.ts";

/** Which revisions of the stack file to compare. */
export interface CostOptions {
  /** A git revision to compare with. */
  base?: string;
  /** The git revision that is asked about. Default: the file as it lies in the work tree. */
  revision?: string;
}

/**
 * Prints what a stack costs in a month, and with `base` how much more or less than at that revision.
 * @throws {UserError} If git does not know a revision, or its stack file is not valid.
 */
export async function cost({ stack, json }: CommandContext, { base, revision }: CostOptions): Promise<void> {
  const now = await costAt(stack, revision);
  const before = base === undefined ? undefined : await costAt(stack, base);
  const change = before && difference(before.month, now.month);
  if (json) {
    const compared = before ? { base, before, change } : {};
    return console.log(JSON.stringify({ stack, pricesReadOn, ...now, ...compared }, undefined, 2));
  }
  printTable(rowsOf(now), ["$ an hour", "nodes", "at least", "expected", "at most"]);
  for (const { source, pool } of now.pools) console.log(`  ${pool}: ${source}`);
  if (now.unknown.length > 0) console.log(`The total lacks ${now.unknown.join(", ")}, whose price is not known.`);
  console.log(
    "At least: every service at its minReplicas. At most: at its maxReplicas. Expected: half-way. " +
      `Nodes alone, without storage and traffic; typical prices of ${pricesReadOn}, not a quotation.`,
  );
  if (before && change) {
    console.log(
      `Against ${base}: ${signedDollars(change.minimum)} at least, ${signedDollars(change.expected)} expected, ${signedDollars(change.maximum)} at most.`,
    );
  }
}

/** How much more one month costs than another. */
export function difference(before: MonthlyCost, after: MonthlyCost): MonthlyCost {
  const less = (kind: keyof MonthlyCost) => Math.round((after[kind] - before[kind]) * 100) / 100;
  return { minimum: less("minimum"), expected: less("expected"), maximum: less("maximum") };
}

/**
 * What a stack costs in a month.
 * @param revision A git revision of its file. Default: the file in the work tree.
 * @throws {UserError} If git does not know the revision, or the file is not valid.
 */
export async function costAt(stack: string, revision: string | undefined): Promise<StackCost> {
  const file = `Pulumi.${stack}.yaml`;
  const { config, problems } = readStackFile(await stackFileAt(stack, revision));
  if (config) return stackCost(config);
  const place = revision === undefined ? file : `${file} at ${revision}`;
  throw new UserError(`${place} has ${problemsText(problems)}`, exitCodes.invalid);
}

async function stackFileAt(stack: string, revision: string | undefined): Promise<string> {
  if (revision === undefined) return readFileSync(committedStackFile(stack), "utf8");
  // After "--end-of-options" nothing is an option, whatever it begins with.
  const args = ["show", "--end-of-options", `${revision}:Pulumi.${stack}.yaml`];
  const shown = await execa("git", args, { cwd: root, reject: false, stripFinalNewline: false });
  if (shown.exitCode === 0) return shown.stdout;
  throw new UserError(
    `git has no Pulumi.${stack}.yaml at "${revision}": fetch it, or name another revision.`,
    exitCodes.invalid,
  );
}

function rowsOf({ pools, month }: StackCost): Record<string, unknown>[] {
  const rows = pools.map((pool) => ({
    pool: pool.pool,
    "$ an hour": pool.unitPrice === undefined ? "unknown" : `${pool.unitPrice} a ${pool.unit}`,
    nodes: [...new Set(Object.values(pool.nodes))].join(" – "),
    "at least": pool.month ? dollars(pool.month.minimum) : "unknown",
    expected: pool.month ? dollars(pool.month.expected) : "unknown",
    "at most": pool.month ? dollars(pool.month.maximum) : "unknown",
  }));
  const total = {
    pool: "a month in all",
    "at least": dollars(month.minimum),
    expected: dollars(month.expected),
    "at most": dollars(month.maximum),
  };
  return [...rows, total];
}
