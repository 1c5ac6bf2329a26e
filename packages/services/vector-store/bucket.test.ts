import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, temporaryDirectory } from "@genai/testing";
import type { VectorStoreArgs } from "./args.ts";
import { exampleStore as args } from "./example-store.ts";
import { postgresqlVectorStoreObjects, qdrantVectorStoreObjects } from "./vector-store.ts";

const copies = {
  kind: "s3",
  bucket: "genai-copies",
  prefix: "prod",
  region: "eu-central-1",
  credentials: { secretName: "main-copies" },
} as const;

interface Pod {
  initContainers?: { name: string; env: { name: string; value?: string }[] }[];
  containers: { name: string; env: { name: string; value?: string }[] }[];
  volumes: { name: string; ephemeral?: unknown; persistentVolumeClaim?: object }[];
}
const podOf = ({ spec }: { spec?: unknown }) =>
  (spec as { jobTemplate: { spec: { template: { spec: Pod } } } }).jobTemplate.spec.template.spec;
const order = (job: { spec?: unknown }) => {
  const { initContainers = [], containers } = podOf(job);
  return [...initContainers, ...containers].map(({ name }) => name);
};
const engines = { qdrant: qdrantVectorStoreObjects, pgvector: postgresqlVectorStoreObjects };

describe("copies in a bucket", () => {
  for (const engine of ["qdrant", "pgvector"] as const) {
    const objectsWith = (snapshots: VectorStoreArgs["snapshots"]) =>
      engines[engine]("main", { ...args, engine, snapshots });
    const objects = objectsWith({ copies });

    it(`of ${engine} are sent after they are made, and fetched before they are tried`, () => {
      assert.deepEqual(order(objects.snapshot), ["snapshot", "upload"]);
      assert.deepEqual(order(objects.drill), ["download", "drill"]);
      const [upload] = podOf(objects.snapshot).containers;
      const value = (name: string) => upload?.env.find((each) => each.name === name)?.value;
      assert.deepEqual(["TARGET", "KEEP", "RCLONE_CONFIG_BUCKET_PROVIDER", "RCLONE_CONFIG_BUCKET_REGION"].map(value), [
        "bucket:genai-copies/prod/main",
        "7",
        "AWS",
        "eu-central-1",
      ]);
      // What is tried is the bucket's copy, not that of a volume.
      assert.deepEqual(
        podOf(objects.drill).volumes.filter(({ persistentVolumeClaim }) => persistentVolumeClaim),
        [],
      );
    });

    it(`of ${engine} show the bucket's credentials to what carries them alone`, () => {
      const holders = Object.entries(objects).flatMap(([key, object]) =>
        JSON.stringify(object ?? {}).includes("main-copies") ? [key] : [],
      );
      assert.deepEqual(holders.toSorted(), ["drill", "snapshot"]);
      for (const job of [objects.snapshot, objects.drill]) {
        const { initContainers = [], containers } = podOf(job);
        const seen = [...initContainers, ...containers].filter((each) => JSON.stringify(each).includes("main-copies"));
        assert.deepEqual(
          seen.map(({ name }) => name),
          [job === objects.drill ? "download" : "upload"],
        );
      }
    });

    it(`of ${engine} have a way out of the namespace, and no other Job has`, () => {
      const edges = JSON.stringify([objects.snapshotEdges.spec, objects.drillEdges.spec]);
      assert.equal(edges.match(/"port":443/g)?.length, 2);
      assert.match(edges, new RegExp(`"app.kubernetes.io/name":"${engine}-drill"`));
      const endpoint = "http://minio.storage:9000";
      const own = objectsWith({ copies: { ...copies, endpoint } });
      assert.match(JSON.stringify(own.drillEdges.spec), /"except":\["169\.254\.0\.0\/16"\].*"port":9000/);
      const none = objectsWith({});
      assert.doesNotMatch(
        JSON.stringify([objects.collectionsEdges, none.snapshotEdges, none.drillEdges]),
        /ipBlock|"port":443/,
      );
      assert.deepEqual([order(none.snapshot), order(none.drill)], [["snapshot"], ["drill"]]);
    });
  }

  it("go to an address, or are refused", () => {
    const snapshots = { copies: { ...copies, endpoint: "https://s3.example.com:99999" } };
    assert.throws(() => qdrantVectorStoreObjects("main", { ...args, snapshots }), /endpoint: "https:.*" is no address/);
  });
});

/** As much of rclone as the scripts use, with a directory in place of the bucket. */
const rclone = `#!/bin/sh
set -eu
for last; do :; done
in_bucket() { echo "$1" | sed "s|^bucket:|$BUCKET/|"; }
last=$(in_bucket "$last")
case "$*" in
  *--dirs-only*) cd "$last" && ls -d [0-9]*/ ;;
  lsf*) cd "$last" && ls -d [0-9]*/checksums ;;
  purge*) rm -r "$last" ;;
  copyto*) cp "$2" "$last" ;;
  "copy --exclude checksums "*) mkdir -p "$last" && cp -r "$4"/. "$last" && rm "$last/checksums" ;;
  copy*) mkdir -p "$last" && cp -r "$(in_bucket "$2")"/. "$last" ;;
esac
`;

describe("the scripts that carry copies", () => {
  let place: string;
  const target = () => join(place, "bucket", "genai", "main");

  beforeEach(() => {
    place = temporaryDirectory("bucket");
    for (const directory of ["bin", "copies", "bucket/genai/main"])
      mkdirSync(join(place, directory), { recursive: true });
    writeFileSync(join(place, "bin", "rclone"), rclone);
    chmodSync(join(place, "bin", "rclone"), 0o755);
  });

  const run = (script: string, directory: string) =>
    execFileSync("sh", [join(import.meta.dirname, "scripts", script)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: `${join(place, "bin")}:${process.env["PATH"]}`,
        BUCKET: join(place, "bucket"),
        TARGET: "bucket:genai/main",
        COPIES: join(place, directory),
        KEEP: "2",
      },
    });
  const copyAt = (parent: string, time: string, whole = true) => {
    mkdirSync(join(parent, time));
    writeFileSync(join(parent, time, "collections.dump"), time);
    if (whole) writeFileSync(join(parent, time, "checksums"), "");
  };

  it("keep the newest whole copies, remove what is older, and leave alone what is not theirs", () => {
    for (const time of ["20260101T020000Z", "20260103T020000Z"]) copyAt(target(), time);
    // One that was cut off counts for nothing, whether it is old or new.
    for (const time of ["20251231T020000Z", "20260102T020000Z"]) copyAt(target(), time, false);
    mkdirSync(join(target(), "notes"));
    copyAt(join(place, "copies"), "20260103T010000Z");
    copyAt(join(place, "copies"), "20260104T020000Z");
    assert.equal(run("upload.sh", "copies"), "sent 20260104T020000Z to the bucket\n");
    assert.deepEqual(readdirSync(target()).toSorted(), ["20260103T020000Z", "20260104T020000Z", "notes"]);
  });

  it("keep everything until there are enough", () => {
    copyAt(target(), "20260102T020000Z", false);
    copyAt(target(), "20260103T020000Z");
    copyAt(join(place, "copies"), "20260104T020000Z");
    run("upload.sh", "copies");
    assert.deepEqual(readdirSync(target()).toSorted(), ["20260103T020000Z", "20260104T020000Z"]);
  });

  it("fetch the newest whole copy", () => {
    for (const time of ["20260101T020000Z", "20260103T020000Z"]) copyAt(target(), time);
    copyAt(target(), "20260104T020000Z", false);
    cpSync(join(target(), "20260101T020000Z"), join(place, "fetched", "19990101T000000Z"), { recursive: true });
    assert.equal(run("download.sh", "fetched"), "fetched 20260103T020000Z from the bucket\n");
    assert.deepEqual(readdirSync(join(place, "fetched")), ["20260103T020000Z"]);
  });

  it("fail where there is nothing to send, and remove nothing", () => {
    copyAt(target(), "20251231T020000Z", false);
    assert.throws(() => run("upload.sh", "copies"), /There is no copy to send/);
    assert.ok(existsSync(join(target(), "20251231T020000Z")));
  });

  it("fail where the bucket does not answer", () => {
    writeFileSync(join(place, "bin", "rclone"), "#!/bin/sh\necho refused >&2\nexit 3\n");
    assert.throws(() => run("download.sh", "fetched"), /refused/);
  });
});
