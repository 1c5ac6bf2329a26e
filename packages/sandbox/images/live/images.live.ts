import { images, teiImage } from "@genai/catalog";
import { assert, temporaryDirectory } from "@genai/testing";
import getPort from "get-port";
import { ensureImages } from "../ensure.ts";
import { storedName } from "../reference.ts";
import { imageTable } from "../table.ts";
import { startContainerd, type TestContainerd } from "./containerd.ts";

/** What a container of each image that is built is asked, and what it says, by the image's reference. */
const questions: Readonly<Record<string, [command: readonly string[], answer: RegExp]>> = {
  [images.vllm]: [["vllm", "--version"], /stand-in for vllm/],
  [teiImage() ?? ""]: [["python3", "/app/server.py", "--version"], /all-MiniLM-L6-v2/],
  "ghcr.io/berriai/litellm:v1.99.3": [["litellm", "--version"], /Current Version = 1\.99\.3/],
  "ghcr.io/open-webui/open-webui:v0.12.4": [
    ["python3", "-c", "import importlib.metadata; print(importlib.metadata.version('open-webui'))"],
    /^0\.12\.4$/m,
  ],
  "registry.k8s.io/metrics-server/metrics-server:v0.7.2": [["/metrics-server", "--version"], /v0\.7\.2/],
  "quay.io/prometheus/prometheus:v3.8.0": [["/bin/prometheus", "--version"], /version 3\.8\.0/],
  "quay.io/prometheus/alertmanager:v0.28.1": [["/bin/alertmanager", "--version"], /version 0\.28\.1/],
  "quay.io/prometheus/node-exporter:v1.9.1": [["/bin/node_exporter", "--version"], /version 1\.9\.1/],
  "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0": [["/kube-state-metrics", "version"], /2\.15\.0/],
  "registry.k8s.io/prometheus-adapter/prometheus-adapter:v0.12.0": [["/adapter", "--help"], /--prometheus-url string/],
  "docker.io/pgvector/pgvector:0.8.0-pg17": [["postgres", "--version"], /PostgreSQL\) 17\./],
  "docker.io/valkey/valkey:8.1": [["valkey-server", "--version"], /v=8\.1/],
  [images.worker]: [["node", "/app/packages/worker/main.ts"], /is no command; use worker or pipeline/],
  "docker.io/library/redis:8.0": [["redis-cli", "--version"], /redis-cli 8\.0/],
};

describe("images that are built", function () {
  // The first time all of them are built.
  this.timeout(1_800_000);
  let containerd: TestContainerd;
  before(async () => {
    containerd = await startContainerd(temporaryDirectory("containerd"));
  });
  after(async () => {
    await containerd?.stop();
  });

  it("are all asked here", () => {
    const repositories = Object.keys(questions).map((reference) => reference.slice(0, reference.lastIndexOf(":")));
    const built = imageTable.filter(({ recipe }) => recipe);
    assert.deepEqual(
      built.filter((row) => !row.repositories.some((name) => repositories.includes(name))),
      [],
    );
  });

  it("run what they are for", async () => {
    const reports = await ensureImages(Object.keys(questions), { ...containerd, pull: false });
    assert.deepEqual(
      reports.filter(({ obtained }) => obtained === "unavailable"),
      [],
    );
    for (const [reference, [command, answer]] of Object.entries(questions)) {
      const said = await containerd.run(storedName(reference), command);
      assert.match(said, answer, `${reference} says: ${said}`);
    }
  });

  it("keep vectors in PostgreSQL, and ask for its password", async () => {
    const reference = "docker.io/pgvector/pgvector:0.8.0-pg17";
    await ensureImages([reference], { ...containerd, pull: false });
    const script = `
      docker-entrypoint.sh postgres -p $PGPORT > /tmp/log 2>&1 &
      until pg_isready --quiet --host=127.0.0.1; do sleep 0.2; done
      ask() { PGPASSWORD=$1 psql --host=127.0.0.1 --username=postgres --tuples-only --no-align --dbname=vectors --command="$2" 2>&1; }
      ask right "CREATE EXTENSION vector"
      ask right "SELECT 'distance', '[3,0]'::vector <-> '[0,4]'::vector"
      ask right "SET jit_above_cost = 0; SELECT 'tables', count(*) > 0 FROM pg_class"
      ask wrong "SELECT 1"
    `;
    const tmpfs = ["--mount", "type=tmpfs,src=tmpfs,dst=/scratch", "--mount", "type=tmpfs,src=tmpfs,dst=/tmp"];
    const environment = [
      "POSTGRES_PASSWORD=right",
      "POSTGRES_DB=vectors",
      "PGDATA=/scratch/data",
      `PGPORT=${await getPort()}`,
    ];
    const options = [...tmpfs, "--net-host", ...environment.flatMap((variable) => ["--env", variable])];
    const said = await containerd.run(reference, ["sh", "-c", script], options);
    assert.match(said, /distance\|5/);
    assert.match(said, /tables\|t/);
    assert.match(said, /password authentication failed/);
  });
});
