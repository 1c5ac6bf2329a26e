import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@genai/testing";
import { parse } from "yaml";
import { root } from "./workspace.ts";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  steps: Step[];
}
interface Workflow {
  on: string | Record<string, unknown>;
  permissions: Record<string, string>;
  concurrency: { group: string };
  jobs: Record<string, Job>;
}

const directory = join(root, ".github", "workflows");
const workflows = readdirSync(directory).map((file) => {
  const text = readFileSync(join(directory, file), "utf8");
  return { file, text, workflow: parse(text) as Workflow };
});

const triggersOf = ({ on }: Workflow) => (typeof on === "string" ? [on] : Object.keys(on));
const jobsOf = ({ workflow }: { workflow: Workflow }) => Object.values(workflow.jobs);
/** What a job's token may do: its own permissions replace the workflow's. */
const permissionsOf = ({ permissions }: Workflow, job: Job) => Object.entries(job.permissions ?? permissions);

describe("the workflows", () => {
  it("use actions by the commit that they are, with the version beside it", () => {
    for (const { file, text } of workflows) {
      const uses = text.split("\n").filter((line) => /\buses:/.test(line));
      assert.ok(uses.length > 0, file);
      for (const line of uses) assert.match(line, /uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, file);
    }
  });

  it("pin one action to one commit", () => {
    const pins = workflows.flatMap(({ text }) => [...text.matchAll(/uses: (\S+)@(\S+ # \S+)/g)]);
    const commits = Map.groupBy(pins, ([, action]) => action);
    for (const [action, found] of commits) assert.equal(new Set(found.map(([, , pin]) => pin)).size, 1, action);
  });

  it("end by themselves, and give way to the next run", () => {
    for (const { file, workflow } of workflows) {
      assert.ok(workflow.concurrency.group, file);
      for (const job of Object.values(workflow.jobs)) assert.ok(job["timeout-minutes"], file);
    }
  });

  it("leave no credentials in a checkout", () => {
    const checkouts = workflows.flatMap(jobsOf).flatMap(({ steps }) => steps.filter(isCheckout));
    assert.ok(checkouts.length >= workflows.length);
    for (const step of checkouts) assert.equal(step.with?.["persist-credentials"], false);
  });

  it("run a pull request's code with a token that only reads its contents, and with no secret", () => {
    const ofPullRequests = workflows.filter(({ workflow }) => triggersOf(workflow).includes("pull_request"));
    assert.deepEqual(
      ofPullRequests.map(({ file }) => file),
      ["ci.yaml", "preview.yaml"],
    );
    for (const { file, text, workflow } of ofPullRequests) {
      for (const job of Object.values(workflow.jobs))
        assert.deepEqual(permissionsOf(workflow, job), [["contents", "read"]], file);
      assert.doesNotMatch(text, /\{\{[^}]*\b(secrets|token)\b/, file);
    }
  });

  it("write from a workflow that runs the default branch's code only", () => {
    const writers = workflows.filter(({ workflow }) =>
      Object.values(workflow.jobs).some((job) => permissionsOf(workflow, job).some(([, access]) => access === "write")),
    );
    assert.deepEqual(
      writers.map(({ file, workflow }) => [file, triggersOf(workflow), workflow.permissions]),
      [["preview-comment.yaml", ["workflow_run"], {}]],
    );
    const steps = writers.flatMap(jobsOf).flatMap(({ steps: all }) => all);
    for (const step of steps.filter(isCheckout))
      assert.equal(step.with?.["ref"], "${{ github.event.repository.default_branch }}");
    assert.deepEqual(
      steps.flatMap(({ run = [] }) => run),
      ['node .github/preview-comment.mjs "$RUNNER_TEMP/preview/report.md"'],
    );
    // What an artefact holds cannot replace what is checked out after it.
    assert.ok(steps.findIndex(isDownload) < steps.findIndex(isCheckout));
    assert.equal(steps.find(isDownload)?.with?.["path"], "${{ runner.temp }}/preview");
  });

  it("put nothing that a stranger can name into a script", () => {
    const scripts = workflows.flatMap(jobsOf).flatMap(({ steps }) => steps.flatMap(({ run = [] }) => run));
    assert.ok(scripts.length > 2);
    for (const script of scripts) assert.doesNotMatch(script, /\$\{\{/);
  });
});

function isCheckout({ uses = "" }: Step): boolean {
  return uses.startsWith("actions/checkout@");
}

function isDownload({ uses = "" }: Step): boolean {
  return uses.startsWith("actions/download-artifact@");
}
