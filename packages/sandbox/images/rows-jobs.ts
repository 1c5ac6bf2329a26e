import { globSync } from "node:fs";
import { join } from "node:path";
import { baseLayer } from "./base.ts";
import { installers } from "./debian-layers.ts";
import { workspaceFiles, workspaceRoot } from "./layer-npm.ts";
import { type LayerEntry, withDirectories } from "./layer-tar.ts";
import type { ImageRow } from "./row.ts";

const workspace = "packages/worker";

/** The worker's program, in the places that its Dockerfile has it. */
function workerFiles(): LayerEntry[] {
  const files = globSync(`${workspace}/**/*.{ts,json}`, { cwd: workspaceRoot, exclude: ["**/node_modules"] });
  return workspaceFiles(
    "/app",
    files.filter((file) => !/\.(test|live)\.ts$/.test(file)),
  );
}

/** Images of what works on queues and fills collections. */
export function jobRows(): ImageRow[] {
  return [
    {
      repositories: ["ghcr.io/genai-platform/worker"],
      workload: "real",
      // This project's own, of this checkout.
      pulled: false,
      recipe: {
        layers: [
          baseLayer,
          {
            kind: "debian",
            name: "node-libraries",
            packages: ["libstdc++6"],
            withoutPackages: installers,
            diskBytes: 100e6,
          },
          {
            kind: "files",
            name: "node",
            entries: withDirectories([
              {
                path: "/usr/local/bin/node",
                type: "file",
                mode: 0o755,
                content: { from: join(workspaceRoot, "node_modules/node/bin/node") },
              },
            ]),
          },
          { kind: "npm", name: "worker-packages", workspace, path: "/app" },
          { kind: "files", name: "worker", entries: workerFiles() },
        ],
        settings: {
          Entrypoint: ["node", `/app/${workspace}/main.ts`],
          User: "65532:65532",
          WorkingDir: "/app",
          Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "NODE_ENV=production"],
        },
      },
      version: "0.1.0",
      from: "this repository's packages/worker, npm packages of the lock file, and Node of the npm package node",
      differs: "Built from the same files as by its Dockerfile, on Debian's C++ library rather than the image of Node.",
    },
  ];
}
