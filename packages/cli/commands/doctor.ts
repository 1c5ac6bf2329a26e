import { inspectToolchain } from "@genai/sandbox";
import { Table } from "console-table-printer";
import { exitCodes, UserError } from "../errors.ts";

/** Says which tools this machine has, from where, and how to get what is missing; changes nothing. */
export async function doctor(json: boolean): Promise<void> {
  const reports = await inspectToolchain();
  if (json) {
    console.log(JSON.stringify(reports, undefined, 2));
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
  }
  if (reports.some(({ missing }) => missing)) throw new UserError("", exitCodes.environment);
}
