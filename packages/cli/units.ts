import { gibibytes } from "@genai/catalog";

/** How full something is, as a bar of 20 cells and in figures; what does not fit fills it. */
export function memoryBar(neededMiB: number, availableMiB: number): string {
  const filled = Math.min(20, Math.round((neededMiB / availableMiB) * 20));
  return `${"█".repeat(filled).padEnd(20, "░")} ${gibibytes(neededMiB)} of ${gibibytes(availableMiB)}`;
}
