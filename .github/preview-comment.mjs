// Posts the report of a Preview run on the pull request that the run was for: node preview-comment.mjs <report>
// A pull request's code wrote the report, and this holds a token that writes comments. So the event, and not the report, says which pull
// request it is; the report has to be a plain file of text of a comment's length, begins with our marker, and notifies nobody.
// Plain JavaScript: it runs on the runner's own Node.
import { lstatSync, readFileSync } from "node:fs";

const marker = "<!-- genai preview -->";
/** GitHub's limit. */
const longestComment = 65_536;

const { GITHUB_API_URL, GITHUB_EVENT_PATH, GITHUB_REPOSITORY, GITHUB_TOKEN } = process.env;

async function api(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: { accept: "application/vnd.github+json", authorization: `Bearer ${GITHUB_TOKEN}` },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
  return response.json();
}

/** The comment that a report makes. */
function commentOf(file) {
  const found = lstatSync(file);
  if (!found.isFile()) throw new Error("the report is no plain file");
  // No text of a comment's length has more bytes.
  if (found.size > 4 * longestComment) throw new Error(`the report has ${found.size} bytes`);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  if (!text.startsWith(marker)) throw new Error("the report does not begin with its marker");
  // A zero-width space after each @: the comment is ours, and must not call anybody in a stranger's name.
  const quiet = text.slice(marker.length).replaceAll("@", "@\u200b");
  const comment = `${marker}\n_Written by this pull request's own code._\n${quiet}`;
  if (comment.length > longestComment) throw new Error(`the report has ${text.length} characters`);
  return comment;
}

/** The open pull requests whose head the run was for. The event itself does not name those of forks. */
async function pullRequests({ head_repository: repository, head_branch: branch, head_sha: sha }) {
  const query = new URLSearchParams({ state: "open", head: `${repository.owner.login}:${branch}`, per_page: "100" });
  const found = await api("GET", `pulls?${query}`);
  return found.filter(({ head }) => head.sha === sha && head.repo?.full_name === repository.full_name);
}

/** Our comment on a pull request, if there is one. */
async function ownComment(number) {
  for (let page = 1; ; page++) {
    const comments = await api("GET", `issues/${number}/comments?per_page=100&page=${page}`);
    const own = comments.find(({ user, body }) => user?.login === "github-actions[bot]" && body?.startsWith(marker));
    if (own || comments.length < 100) return own;
  }
}

async function main(file) {
  if (!lstatSync(file, { throwIfNoEntry: false })) return "The run made no report.";
  const comment = commentOf(file);
  const { workflow_run: run } = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8"));
  const [pull, ...others] = await pullRequests(run);
  if (!pull) return "No open pull request has this head any more.";
  if (others.length > 0) return "Several pull requests have this head; each run's summary has its report.";
  const own = await ownComment(pull.number);
  if (own) await api("PATCH", `issues/comments/${own.id}`, { body: comment });
  else await api("POST", `issues/${pull.number}/comments`, { body: comment });
  return `Posted on #${pull.number}.`;
}

console.log(await main(process.argv[2]));
