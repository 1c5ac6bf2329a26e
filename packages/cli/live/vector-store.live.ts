import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { images } from "@genai/catalog";
import { ensureImages, startContainerd, storedName, type TestContainerd } from "@genai/sandbox/live/containerd";
import { postgresqlVectorStoreObjects, type VectorStoreArgs } from "@genai/services";
import { assert, temporaryDirectory } from "@genai/testing";
import { attempts, knownFunctions, volatileFunctions } from "./postgresql-reader.ts";

type Environment = { name: string; value?: string; valueFrom?: { secretKeyRef: { key: string } } }[];
interface Container {
  args?: string[];
  command?: string[];
  env?: Environment;
}
interface WithPod {
  template: { spec: { containers: [Container] } };
}

const passwords = { administrator: "admin-1", application: "app-1", "read-only": "read-1" };

function storeArgs(dimension: number): VectorStoreArgs {
  const embedder = { model: "BAAI/bge-small-en-v1.5", dimension } as const;
  return {
    engine: "pgvector",
    tenant: "research",
    namespace: "tenant-research",
    pool: { name: "system", nodes: 1, memory: "64Gi", taints: [] },
    storage: "1Gi",
    collections: {
      handbook: { embedder, vectors: 1000 },
      "old-tickets": { embedder, distance: "euclid", vectors: 1000 },
    },
    keys: {
      administrator: passwords.administrator,
      application: passwords.application,
      readOnly: passwords["read-only"],
    },
    snapshots: { keep: 2 },
  };
}

/** The rendered objects of a store as one container can run them after each other: what a Pod mounts, and what it is started with. */
function rendered(dimension: number) {
  const objects = postgresqlVectorStoreObjects("main", storeArgs(dimension));
  const container = (spec: unknown) => (spec as WithPod).template.spec.containers[0];
  const jobs = {
    collections: container(objects.collections.spec),
    snapshot: container((objects.snapshot.spec as { jobTemplate: { spec: unknown } }).jobTemplate.spec),
    drill: container((objects.drill.spec as { jobTemplate: { spec: unknown } }).jobTemplate.spec),
  };
  return { objects, server: container(objects.statefulSet.spec), jobs };
}

/** A command with the environment of a container; the store's Service is this machine. */
function commandOf({ command = [], args = [], env = [] }: Container, before: readonly string[] = []): string {
  const variables = env.map(({ name, value, valueFrom }) => {
    const key = valueFrom?.secretKeyRef.key as keyof typeof passwords | undefined;
    return `${name}='${key ? passwords[key] : name === "PGHOST" ? "127.0.0.1" : (value ?? "")}'`;
  });
  return ["env", ...variables, ...before, ...command, ...args].join(" ");
}

describe("PostgreSQL with pgvector, as the program configures it", function () {
  this.timeout(900_000);
  let containerd: TestContainerd;
  let said: string;

  const part = (name: string) => said.split(`== ${name}\n`)[1]?.split("== ")[0]?.trim() ?? "";

  before(async () => {
    containerd = await startContainerd(temporaryDirectory("containerd"));
    await ensureImages([images.pgvector], { ...containerd, pull: false });
    const { objects, server, jobs } = rendered(3);
    const changed = rendered(4).objects.collectionScripts.data as Record<string, string>;
    const mounts: [path: string, files: Record<string, string>][] = [
      ["/etc/postgresql", objects.configuration.data as Record<string, string>],
      ["/scripts", { ...(objects.collectionScripts.data as object), ...(objects.snapshotScripts.data as object) }],
      ["/changed", changed],
      ["/keys", passwords],
    ];
    const mounted = temporaryDirectory("mounts");
    const bind = (path: string, access: "rbind:ro" | "rbind:rw", files: Record<string, string> = {}) => {
      const directory = join(mounted, path.replaceAll("/", "-"));
      mkdirSync(directory, { recursive: true });
      chmodSync(directory, access === "rbind:ro" ? 0o755 : 0o777);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text, { mode: 0o644 });
      return ["--mount", `type=bind,src=${directory},dst=${path},options=${access}`];
    };
    const writable = ["/var/lib/postgresql/data", "/var/run/postgresql", "/tmp", "/snapshots", "/scratch"];
    const options = [
      ...mounts.flatMap(([path, files]) => bind(path, "rbind:ro", files)),
      ...writable.flatMap((path) => bind(path, "rbind:rw")),
    ];
    const step = (name: string, ...commands: string[]) => `echo "== ${name}"\n${commands.join("\n")}\n`;
    const ask = (user: string, password: string, sql: string) =>
      `PGPASSWORD=${password} psql --host=127.0.0.1 --username=${user} --no-psqlrc --tuples-only --no-align --dbname=vectors --command="${sql}" 2>&1 || true`;
    const application = (sql: string) => ask("application", passwords.application, sql);
    const administrator = (sql: string) => ask("postgres", passwords.administrator, sql);
    const reader = (sql: string) => ask("read_only", passwords["read-only"], sql);
    const insistentReader = (sql: string) =>
      reader(sql).replace("--command", '--command="SET default_transaction_read_only = off" $&');
    const make = `timeout 60 ${commandOf(jobs.collections)} 2>&1 && echo made`;
    const copy = `${commandOf(jobs.snapshot)} 2>&1; sleep 1.1`;
    const tryCopy = `${commandOf(jobs.drill)} 2>&1; echo "exit $?"`;
    const script = [
      "set -u",
      `${commandOf(server, ["docker-entrypoint.sh"])} >/tmp/log 2>&1 &`,
      "server=$!",
      step("administrator", "timeout 60 sh /etc/postgresql/administrator.sh && echo set"),
      step("first", make),
      step("second", make),
      step(
        "insert",
        application("INSERT INTO handbook VALUES ('a', 'one', '{}', '[1,0,0]'), ('b', 'two', '{}', '[0,1,0]')"),
      ),
      step("third", make),
      step("nearest", reader("SELECT id FROM handbook ORDER BY embedding <=> '[0.9,0.1,0]' LIMIT 1")),
      step(
        "index",
        reader(
          "SET enable_seqscan = off; EXPLAIN SELECT id FROM handbook ORDER BY embedding <=> '[0.9,0.1,0]' LIMIT 1",
        ),
      ),
      step("reader's default", reader("SHOW default_transaction_read_only"), reader("SHOW temp_file_limit")),
      ...attempts.map(([sql], index) => step(`attempt ${index}`, insistentReader(sql))),
      step("large objects", administrator("SELECT count(*) FROM pg_largeobject_metadata")),
      step("reader's functions", reader(volatileFunctions)),
      step("application locks", application("SELECT 'locked' FROM pg_advisory_lock(1)")),
      step("queue", administrator("SHOW max_notify_queue_pages")),
      step(
        "reader's settings",
        insistentReader("ALTER ROLE read_only SET search_path = nowhere"),
        reader("SHOW search_path"),
        make,
        reader("SHOW search_path"),
      ),
      step("application makes", application("DROP TABLE handbook")),
      step("stranger", ask("read_only", "wrong", "SELECT 1")),
      step("elsewhere", `${reader("SELECT 1").replace("--dbname=vectors", "--dbname=postgres")}`),
      step("no copy", tryCopy),
      step(
        "copies",
        copy,
        application("INSERT INTO handbook VALUES ('d', 'four', '{}', '[0,0,1]')"),
        copy,
        copy,
        "ls /snapshots | wc -l",
      ),
      step("drill", tryCopy),
      step("memory", "ls /scratch/data/PG_VERSION"),
      step("damaged", "for each in /snapshots/*/collections.dump; do printf x >>$each; done", tryCopy),
      step(
        "another dimension",
        "sed 's|/scripts/collections.sql|/changed/collections.sql|' /scripts/collections.sh >/tmp/collections.sh",
        `${commandOf(jobs.collections).replace("/scripts/", "/tmp/")} 2>&1`,
      ),
      step(
        "rotated",
        make.replace(`'${passwords.application}'`, "'app-2'"),
        ask("application", "app-2", "SELECT 'in'"),
        application("SELECT 'still in'"),
      ),
      step("stopped", 'kill -INT $server; wait $server; echo "exit $?"'),
      step("log", "cat /tmp/log"),
    ].join("\n");
    said = await containerd.run(storedName(images.pgvector), ["sh", "-c", script], options);
  });
  after(async () => {
    await containerd?.stop();
  });

  it("makes its collections, as often as it is asked to", () => {
    assert.equal(part("administrator"), "set", said);
    assert.deepEqual(["first", "second", "third"].map(part), ["made", "made", "made"], said);
  });

  it("finds the nearest point, by its index", () => {
    assert.equal(part("nearest"), "a");
    assert.match(part("index"), /Index Scan using handbook_cosine/);
  });

  it("lets each user do no more than is its own", () => {
    assert.match(part("application makes"), /must be owner of table handbook/);
    assert.match(part("stranger"), /password authentication failed/);
    assert.match(part("elsewhere"), /no pg_hba.conf entry/);
  });

  it("lets whoever reads do nothing else", () => {
    for (const [index, [sql, answer]] of attempts.entries()) assert.match(part(`attempt ${index}`), answer, sql);
    assert.equal(part("reader's default"), "on\n1GB");
    assert.equal(part("large objects"), "0");
    assert.equal(part("queue"), "64");
    assert.equal(part("application locks"), "locked");
    assert.equal(part("reader's settings"), "SET\nALTER ROLE\nnowhere\nmade\ncollections, public");
  });

  it("leaves who reads no function with effects that nobody looked at", () =>
    assert.deepEqual(part("reader's functions").split(" "), knownFunctions));

  it("keeps as many copies as it is told, and restores the newest with every point", () => {
    assert.match(part("no copy"), /There is no copy to restore\.\nexit 1/);
    assert.match(part("copies"), /copied 2 collections to \d+T\d+Z\nINSERT 0 1/);
    assert.match(part("copies"), /\n2$/);
    assert.match(part("drill"), /restored \d+T\d+Z: 3 points, as when it was made\nexit 0/);
  });

  it("says that a damaged copy is damaged", () => assert.match(part("damaged"), /collections.dump: FAILED[^]*exit 1/));

  it("refuses another dimension for points that are there", () =>
    assert.match(part("another dimension"), /holds vector\(3\) and its embedder now makes vector\(4\)/));

  it("takes new passwords, and no longer the old ones", () => {
    assert.match(part("rotated"), /made\nin\n/);
    assert.match(part("rotated"), /password authentication failed/);
  });

  it("stops at the image's signal, and has no password in its log", () => {
    assert.match(part("stopped"), /exit 0/);
    assert.match(part("log"), /database system is shut down/);
    for (const password of [...Object.values(passwords), "app-2"]) assert.ok(!part("log").includes(password));
  });
});
