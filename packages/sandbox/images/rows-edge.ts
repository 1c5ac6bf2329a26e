import { type LayerEntry, withDirectories } from "./layer-tar.ts";
import { pythonImage } from "./python-image.ts";
import type { ImageRow } from "./row.ts";

/** A shell script in an image. */
function script(path: string, line: string): LayerEntry[] {
  return withDirectories([{ path, type: "file", mode: 0o755, content: `#!/bin/sh\nexec ${line}\n` }]);
}

const liteLlmVersion = "1.99.3";

const liteLlm = pythonImage({
  name: "litellm",
  diskBytes: 1200e6,
  entries: [
    { path: "/app", type: "directory" },
    ...script("/usr/local/bin/litellm", 'python3 -c "import litellm; litellm.run_server()" "$@"'),
  ],
  settings: {
    Entrypoint: ["litellm"],
    Cmd: ["--port", "4000"],
    WorkingDir: "/app",
    // The list of prices that the package brings, rather than one from the network.
    Env: ["LITELLM_LOCAL_MODEL_COST_MAP=True"],
  },
});

const openWebUiVersion = "0.12.4";
const openWebUiData = "/app/backend/data";

const openWebUi = pythonImage({
  name: "open-webui",
  diskBytes: 2500e6,
  entries: [
    ...withDirectories([{ path: openWebUiData, type: "directory" }]),
    ...script(
      "/app/backend/start.sh",
      'python3 -m uvicorn open_webui.main:app --host "${HOST:-0.0.0.0}" --port "${PORT:-8080}" "$@"',
    ),
  ],
  settings: {
    Entrypoint: ["/app/backend/start.sh"],
    WorkingDir: "/app/backend",
    Env: [
      // It finds its pages in its own package.
      "FROM_INIT_PY=true",
      `DATA_DIR=${openWebUiData}`,
      `STATIC_DIR=${openWebUiData}/static`,
      // Nothing can be downloaded, and models in its own process are left out.
      "OFFLINE_MODE=true",
      "HF_HUB_OFFLINE=1",
      "RAG_EMBEDDING_ENGINE=openai",
    ],
  },
});

/** Images of what stands between users and models. */
export function edgeRows(): ImageRow[] {
  return [
    {
      repositories: ["ghcr.io/berriai/litellm", "ghcr.io/berriai/litellm-database"],
      workload: "real",
      pulled: true,
      recipe: liteLlm,
      version: liteLlmVersion,
      from: `the PyPI package litellm ${liteLlmVersion}`,
      differs:
        "It cannot use a database, so keys are those of its configuration: Prisma's engine, through which it does, is on no package registry.",
    },
    {
      repositories: ["ghcr.io/open-webui/open-webui"],
      workload: "real",
      pulled: true,
      recipe: openWebUi,
      version: openWebUiVersion,
      from: `the PyPI package open-webui ${openWebUiVersion}`,
      differs:
        "Without the models of its own process: embeddings come from a server, and speech and pictures in documents are not read.",
    },
  ];
}
