import { inspectToolchain, realNodeProblem } from "@genai/sandbox";
import { Table } from "console-table-printer";
import { exitCodes, UserError } from "../errors.ts";

/** Says which tools this machine has, from where, and how to get what is missing; changes nothing. */
export async function doctor(json: boolean): Promise<void> {
  const [reports, problem] = await Promise.all([inspectToolchain(), realNodeProblem()]);
  if (json) {
    console.log(
      JSON.stringify({ tools: reports, realNode: { possible: problem === undefined, problem } }, undefined, 2),
    );
  } else {
    const table = new Table({
      shouldDisableColors: !process.stdout.isTTY,
      columns: ["tool", "wanted", "version", "source", "path"].map((name) => ({ name, alignment: "left" })),
    });
    for (const { name, wanted, found } of reports) {
      table.addRow({
        tool: name,
        wanted,
        version: found?.version ?? "missing",
        source: found?.source ?? "",
        path: found?.path ?? "",
      });
    }
    console.log(table.render());
    for (const { name, missing } of reports) if (missing) console.log(`${name}: ${missing}`);
    console.log(
      problem ? `No real node in the embedded cluster: ${problem}` : "The embedded cluster can have a real node.",
    );
  }
  if (reports.some(({ missing }) => missing)) throw new UserError("", exitCodes.environment);
}
