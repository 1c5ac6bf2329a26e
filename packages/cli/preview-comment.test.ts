import { once } from "node:events";
import { symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import { execa } from "execa";
import { reportMarker } from "./report.ts";
import { root } from "./workspace.ts";

interface Pull {
  number: number;
  head: { sha: string; repo: { full_name: string } | null };
}
interface Comment {
  id: number;
  user: { login: string };
  body: string;
}

const sha = "c0ffee".padEnd(40, "0");
const fork = { full_name: "ada/genai", owner: { login: "ada" } };
const event = { workflow_run: { event: "pull_request", head_repository: fork, head_branch: "a&b", head_sha: sha } };
const pull = (number: number, head: Partial<Pull["head"]> = {}): Pull => ({
  number,
  head: { sha, repo: { full_name: fork.full_name }, ...head },
});
const text = `${reportMarker}\n### Preview against \`origin/main\`\n`;

/** Runs the script against a GitHub with these pull requests and comments. @returns How it ended, and what it wrote. */
async function posted(
  report: string | Buffer | { linkTo: string } | undefined,
  { pulls = [pull(7)], comments = [] }: { pulls?: Pull[]; comments?: Comment[] } = {},
) {
  const directory = temporaryDirectory("comment");
  const file = join(directory, "report.md");
  if (typeof report === "string" || Buffer.isBuffer(report)) writeFileSync(file, report);
  else if (report) symlinkSync(report.linkTo, file);
  const eventFile = join(directory, "event.json");
  writeFileSync(eventFile, JSON.stringify(event));
  const written: { method: string; path: string; body: string }[] = [];
  const asked: URL[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://github.test");
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const page = Number(url.searchParams.get("page")) - 1;
    if (request.headers.authorization !== "Bearer token") response.statusCode = 401;
    if (request.method === "GET") asked.push(url);
    else {
      const { body } = JSON.parse(Buffer.concat(parts).toString()) as { body: string };
      written.push({ method: request.method ?? "", path: url.pathname, body });
    }
    response.end(
      JSON.stringify(url.pathname.endsWith("/pulls") ? pulls : comments.slice(100 * page, 100 * (page + 1))),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(root, ".github", "preview-comment.mjs"), file],
    {
      reject: false,
      env: {
        GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        GITHUB_EVENT_PATH: eventFile,
        GITHUB_REPOSITORY: "genai/genai",
        GITHUB_TOKEN: "token",
      },
    },
  );
  server.close();
  return { exitCode, said: stdout || stderr, written, asked };
}

describe("the comment of a preview", () => {
  it("is posted on the pull request that the event tells of", async () => {
    const { exitCode, said, written, asked } = await posted(text, {
      pulls: [
        pull(5, { sha: "older" }),
        pull(6, { repo: { full_name: "eve/genai" } }),
        pull(8, { repo: null }),
        pull(7),
      ],
    });
    assert.equal(exitCode, 0, said);
    assert.equal(asked[0]?.searchParams.get("head"), "ada:a&b");
    assert.deepEqual(
      written.map(({ method, path }) => [method, path]),
      [["POST", "/repos/genai/genai/issues/7/comments"]],
    );
    assert.match(written[0]?.body ?? "", /^<!-- genai preview -->\n_Written by .*\n\n### Preview against/);
  });

  it("replaces our own comment, and nobody else's", async () => {
    const strangers = Array.from({ length: 150 }, (_, id) => ({ id, user: { login: "eve" }, body: text }));
    const other = { id: 900, user: { login: "github-actions[bot]" }, body: "another workflow's" };
    const ours = { id: 901, user: { login: "github-actions[bot]" }, body: text };
    const { written } = await posted(text, { comments: [...strangers, other, ours] });
    assert.deepEqual(
      written.map(({ method, path }) => [method, path]),
      [["PATCH", "/repos/genai/genai/issues/comments/901"]],
    );
  });

  it("calls nobody", async () => {
    const { written } = await posted(`${text}@genai/everybody`);
    assert.match(written[0]?.body ?? "", /@\u200bgenai/);
  });

  it("is not posted where nobody can say on which pull request", async () => {
    for (const pulls of [[], [pull(7), pull(8)], [pull(5, { sha: "older" })]]) {
      const { exitCode, written } = await posted(text, { pulls });
      assert.equal(exitCode, 0);
      assert.deepEqual(written, []);
    }
  });

  it("is not posted where the run made no report", async () => {
    const { exitCode, said, written } = await posted(undefined);
    assert.deepEqual([exitCode, said, written], [0, "The run made no report.", []]);
  });

  const refused: [why: string, report: Parameters<typeof posted>[0], message: RegExp][] = [
    ["no report of ours", "Click here", /does not begin with its marker/],
    ["a link to a file of the runner", { linkTo: "/etc/passwd" }, /no plain file/],
    ["no text", Buffer.concat([Buffer.from(text), Buffer.from([0xff])]), /not valid/],
    ["longer than a comment", text + "x".repeat(65_536), /has \d+ characters/],
    ["huge", Buffer.alloc(300_000, text), /has 300000 bytes/],
  ];
  for (const [why, report, message] of refused) {
    it(`refuses a report that is ${why}`, async () => {
      const { exitCode, said, written } = await posted(report);
      assert.equal(exitCode, 1);
      assert.match(said, message);
      assert.deepEqual(written, []);
    });
  }
});
