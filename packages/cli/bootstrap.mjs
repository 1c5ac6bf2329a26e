// Runs on any Node from 20 on, before anything is installed: installs the dependencies if they are not there, then hands over to the
// `genai` command on the Node version that package-lock.json pins. Plain JavaScript because older Nodes cannot run TypeScript.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const node = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
const stamp = join(root, "node_modules", ".genai-lockfile");
const lockfile = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

const major = Number(process.versions.node.split(".")[0]);
if (major < 20)
  fail(`Node ${process.version} is too old: this needs Node 20 or newer. Install it from https://nodejs.org.`);

// The stamp is written last, so an interrupted installation is done again.
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lockfile) {
  console.error("Installing dependencies (npm ci) …");
  const install = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (install.status !== 0)
    fail("npm ci failed (see above). Check the network and the free disk space, then run this command again.");
  writeFileSync(stamp, lockfile);
}

if (!existsSync(node)) {
  fail(`${node} is missing: the install script of the npm package "node" did not run. Run: npm rebuild node`);
}

const child = spawn(node, [join(root, "packages", "cli", "genai.ts"), ...process.argv.slice(2)], { stdio: "inherit" });
// The terminal sends Ctrl-C to the child as well; wait for it to end in its own way.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));

function fail(message) {
  console.error(message);
  process.exit(5);
}
