import { join } from "node:path";
import { baseLayer, type ImageUser } from "./base.ts";
import { keyValueLayer, ownFiles, postgresLayer, postgresVersion } from "./debian-layers.ts";
import type { LayerEntry } from "./layer-tar.ts";
import type { ImageRecipe } from "./recipe.ts";
import type { ImageRow } from "./row.ts";

/** A script of this folder's `files/`, in the place where the published images have theirs. */
function entrypoint(file: string): LayerEntry {
  const from = join(import.meta.dirname, "files", file);
  return { path: "/usr/local/bin/docker-entrypoint.sh", type: "file", mode: 0o755, content: { from } };
}

const usualPath = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const postgresUser: ImageUser = { name: "postgres", id: 999, home: "/var/lib/postgresql" };
const postgresData = "/var/lib/postgresql/data";

const postgres: ImageRecipe = {
  layers: [
    baseLayer,
    postgresLayer,
    ownFiles(
      "postgresql-files",
      postgresUser,
      ["/var/lib/postgresql", postgresData, "/var/run/postgresql", "/docker-entrypoint-initdb.d"],
      [entrypoint("postgres-entrypoint.sh")],
    ),
  ],
  settings: {
    Entrypoint: ["docker-entrypoint.sh"],
    Cmd: ["postgres"],
    User: "999:999",
    Env: [
      `PATH=/usr/lib/postgresql/${postgresVersion}/bin:${usualPath}`,
      `PGDATA=${postgresData}`,
      `PG_MAJOR=${postgresVersion}`,
      "LANG=C.UTF-8",
    ],
    StopSignal: "SIGINT",
  },
};

function keyValueStore(name: "valkey" | "redis"): ImageRecipe {
  const user: ImageUser = { name, id: 999, home: "/data" };
  return {
    layers: [
      baseLayer,
      keyValueLayer(name),
      ownFiles(`${name}-files`, user, ["/data"], [entrypoint("key-value-entrypoint.sh")]),
    ],
    settings: {
      Entrypoint: ["docker-entrypoint.sh"],
      Cmd: [`${name}-server`],
      User: "999:999",
      WorkingDir: "/data",
      Env: [`PATH=${usualPath}`, `SERVER=${name}-server`],
    },
  };
}

/** Images of databases and caches. */
export function dataRows(): ImageRow[] {
  const fromDebian =
    "Built from Debian's packages, with a small start script of this project; starts as user 999, never as root.";
  return [
    {
      repositories: ["docker.io/pgvector/pgvector", "docker.io/library/postgres"],
      workload: "real",
      pulled: true,
      recipe: postgres,
      version: postgresVersion,
      from: `Debian packages of PostgreSQL ${postgresVersion} with pgvector`,
      differs: `${fromDebian} Queries are not compiled (no JIT), and the only locale is C.UTF-8.`,
    },
    {
      repositories: ["docker.io/valkey/valkey"],
      workload: "real",
      pulled: true,
      recipe: keyValueStore("valkey"),
      version: "8.1",
      from: "Debian packages of Valkey 8.1",
      differs: fromDebian,
    },
    {
      repositories: ["docker.io/library/redis"],
      workload: "real",
      pulled: true,
      recipe: keyValueStore("redis"),
      version: "8.0",
      from: "Debian packages of Redis 8.0",
      differs: fromDebian,
    },
    {
      repositories: ["docker.io/qdrant/qdrant"],
      workload: "simulated",
      pulled: true,
      from: "published as an image and an archive only",
      differs: "Pods show as Ready, and no vector is kept.",
    },
    {
      repositories: ["docker.io/library/node"],
      workload: "simulated",
      pulled: true,
      from: "published as an image and an archive only",
      differs: "Jobs show as done, and call nothing.",
    },
    {
      repositories: ["docker.io/rclone/rclone"],
      workload: "simulated",
      pulled: true,
      from: "published as an image and an archive only",
      differs: "Jobs that carry copies to a bucket show as done, and nothing is sent.",
    },
  ];
}
