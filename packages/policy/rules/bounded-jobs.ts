import type { Rule } from "../rule.ts";

interface JobSpec {
  backoffLimit?: number;
  activeDeadlineSeconds?: number;
}

interface CronJobSpec {
  concurrencyPolicy?: string;
  startingDeadlineSeconds?: number;
  jobTemplate?: { spec?: JobSpec };
}

export const boundedJobs: Rule = {
  name: "bounded-jobs",
  description:
    "Jobs give up: after so many failures and so much time; and scheduled ones say what happens when the one before still runs or a start was missed.",
  check({ kind, spec }) {
    if (kind === "Job") return missing(spec as JobSpec, ["backoffLimit", "activeDeadlineSeconds"]);
    if (kind !== "CronJob") return [];
    const { jobTemplate, ...schedule } = spec as CronJobSpec;
    return [
      ...missing(schedule, ["concurrencyPolicy", "startingDeadlineSeconds"]),
      ...missing(jobTemplate?.spec ?? {}, ["backoffLimit", "activeDeadlineSeconds"]),
    ];
  },
};

function missing<Spec extends object>(spec: Spec, names: readonly (keyof Spec & string)[]): string[] {
  return names.filter((name) => spec[name] === undefined).map((name) => `has no ${name}; set it`);
}
