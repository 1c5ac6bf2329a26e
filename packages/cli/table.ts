import { Table } from "console-table-printer";

/** Prints rows as a table for people. @param numeric The columns that are aligned to the right. */
export function printTable(rows: readonly Record<string, unknown>[], numeric: readonly string[]): void {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = new Table({
    shouldDisableColors: !process.stdout.isTTY,
    columns: names.map((name) => ({ name, alignment: numeric.includes(name) ? "right" : "left" })),
  });
  for (const row of rows) table.addRow(Object.fromEntries(names.map((name) => [name, row[name] ?? ""])));
  table.printTable();
}
