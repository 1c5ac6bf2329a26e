import { execa, type Options } from "execa";

/** What one run of a command cost. */
export interface Measurement {
  seconds: number;
  /** When the output first said what `mark` matches; undefined if it never did. */
  markSeconds: number | undefined;
  output: string;
}

/** Runs a command and takes its wall time. @throws With its output, if it fails with a code that is not allowed. */
export async function measure(
  file: string,
  args: string[],
  options: Options & { allowedExitCodes?: number[]; mark?: RegExp } = {},
): Promise<Measurement> {
  const { allowedExitCodes = [0], mark, ...execaOptions } = options;
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const child = execa(file, args, { ...execaOptions, all: true, reject: false });
  let markSeconds: number | undefined;
  child.all?.on("data", (chunk: Buffer) => {
    if (mark?.test(chunk.toString())) markSeconds ??= elapsed();
  });
  const result = await child;
  const seconds = elapsed();
  if (!allowedExitCodes.includes(result.exitCode ?? -1)) {
    throw new Error(`${file} ${args.join(" ")} failed (${result.exitCode}):\n${String(result.all)}`);
  }
  return { seconds, markSeconds, output: String(result.all) };
}

/** Middle value of an odd number of runs. */
export function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Runs measurements in turn (A B A B …), so that a drift of the machine's speed hits all alike; returns each one's median. */
export async function interleaved(
  runs: number,
  contenders: Record<string, () => Promise<Measurement>>,
): Promise<Record<string, number>> {
  const seconds: Record<string, number[]> = {};
  for (let run = 0; run < runs; run++) {
    for (const [name, contender] of Object.entries(contenders))
      (seconds[name] ??= []).push((await contender()).seconds);
  }
  return Object.fromEntries(Object.entries(seconds).map(([name, values]) => [name, median(values)]));
}
