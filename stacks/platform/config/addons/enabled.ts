import { yesOrNo } from "../fields.ts";

/** The switch that every add-on has. @param byDefault What it is where the stack file, the provider and the pools say nothing. */
export function enabled(byDefault = true) {
  return yesOrNo().default(byDefault).meta({
    description: "Whether the platform installs it; false where the cluster already has one.",
  });
}
