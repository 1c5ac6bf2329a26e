import { type CommandContext, openTarget } from "./context.ts";
import { operation, withPolicy } from "./operation.ts";

export interface PreviewOptions {
  /** Look at the cluster first, which shows drift. */
  refresh?: boolean;
  /** Show every property. */
  diff?: boolean;
  /** Fail if anything would change. */
  expectNoChanges?: boolean;
}

/** Shows what `up` would do. */
export async function preview(context: CommandContext, options: PreviewOptions): Promise<void> {
  const { stack, json, signal } = context;
  const { pulumi, configFile } = await openTarget(context);
  const result = await pulumi.operate(
    [
      ...operation("preview", stack, configFile),
      ...withPolicy(stack),
      ...(options.refresh ? ["--refresh"] : []),
      ...(options.diff ? ["--diff"] : []),
      ...(options.expectNoChanges ? ["--expect-no-changes"] : []),
    ],
    { signal, quiet: json },
  );
  if (json) console.log(JSON.stringify({ stack, ...result }, undefined, 2));
}
