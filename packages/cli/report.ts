import type { EngineResult } from "./engine-events.ts";
import { dollars, signedDollars } from "./money.ts";
import type { ObjectDifference } from "./object-diff.ts";

/** What a pull request does to one stack. */
export interface StackReport {
  stack: string;
  /** What changes against the base; undefined where the base could not be rendered, with the reason in `baseProblem`. */
  differences?: ObjectDifference[];
  baseProblem?: string;
  /** The engine's preview of the whole stack on an empty cluster. */
  preview?: EngineResult;
  /** Why there is no preview. */
  problem?: string;
  /** Expected cost of a month in US dollars; `change` against the base, where its file can be read. */
  cost?: { expected: number; change?: number; unknown: string[] };
}

/** GitHub refuses a comment over 65,536 characters; the rest of the report needs some room. */
export const patchBudget = 50_000;

/** Marks the report, so that a workflow edits its own comment instead of adding another. */
export const reportMarker = "<!-- genai preview -->";

/** The report as Markdown: totals first, every stack's details folded. */
export function markdownReport(reports: StackReport[], base: string): string {
  if (reports.length === 0)
    return `${reportMarker}\n### Preview\n\nNo stack is affected by the changes since \`${base}\`.\n`;
  let budget = patchBudget;
  const sections = reports.map((report) => {
    const section = details(report, budget);
    budget -= section.length;
    return section;
  });
  return [
    reportMarker,
    `### Preview against \`${base}\``,
    "",
    "| stack | removed | changed | added | policy | preview | expected a month |",
    "| --- | --: | --: | --: | --- | --- | --: |",
    ...reports.map(row),
    "",
    ...sections,
    "",
  ].join("\n");
}

function row({ stack, differences, preview, problem, cost }: StackReport): string {
  const count = (change: string) => differences?.filter((difference) => difference.change === change).length ?? "?";
  const violations = preview?.violations ?? 0;
  const policy = !preview ? "not run" : violations === 0 ? "passed" : `**${violations} violated**`;
  const failed = problem || !preview || preview.errors.length > 0;
  const outcome = failed ? "**failed**" : `${preview.changes["create"] ?? 0} resources`;
  return `| ${stack} | ${count("removed")} | ${count("changed")} | ${count("added")} | ${policy} | ${outcome} | ${costCell(cost)} |`;
}

function costCell(cost: StackReport["cost"]): string {
  if (!cost) return "?";
  const change = cost.change === undefined ? "" : cost.change === 0 ? " (±0)" : ` (${signedDollars(cost.change)})`;
  const lacking = cost.unknown.length > 0 ? `, without ${cost.unknown.join(", ")}` : "";
  return `${dollars(cost.expected)}${change}${lacking}`;
}

function details({ stack, differences, baseProblem, preview, problem }: StackReport, budget: number): string {
  const lines: string[] = [];
  if (problem) lines.push("```text", problem, "```", "");
  for (const message of preview?.policyMessages ?? []) lines.push(`- ${message.replaceAll("\n", " ")}`);
  if (preview && preview.errors.length > 0) lines.push("```text", ...preview.errors, "```", "");
  if (baseProblem) lines.push(`No comparison: ${baseProblem}`, "");
  for (const { id, change, patch } of differences ?? []) {
    const block = [`**${change}** \`${id}\``, "", "```diff", patch, "```", ""];
    const size = lines.join("\n").length + block.join("\n").length;
    lines.push(...(size < budget ? block : [`**${change}** \`${id}\` (too long to show here)`, ""]));
  }
  if (lines.length === 0) lines.push("Nothing changes.", "");
  return [`<details><summary>${stack}</summary>`, "", ...lines, "</details>"].join("\n");
}
