import { readFileSync } from "node:fs";
import { images, teiImage, vllmImage } from "@genai/catalog";
import { assert } from "@genai/testing";
import { imagesPage, imagesPageFile } from "./page.ts";
import { requirementsFile } from "./requirements.ts";
import { difference, imageRow, imageTable } from "./table.ts";

describe("the table of images", () => {
  const deployed = [...Object.values(images), teiImage() ?? "", vllmImage({ family: "volta" })];

  it("has a row for every image that the program deploys", () => {
    assert.deepEqual(
      deployed.filter((reference) => !imageRow(reference)),
      [],
    );
  });

  it("names each repository once", () => {
    const repositories = imageTable.flatMap((row) => row.repositories);
    assert.deepEqual(repositories, [...new Set(repositories)]);
  });

  it("builds the very versions that are deployed", () => {
    const others = deployed.flatMap((reference) => {
      const row = imageRow(reference);
      return row && difference(row, reference) !== row.differs ? [reference] : [];
    });
    assert.deepEqual(others, []);
  });

  it("says so where another version is deployed", () => {
    const row = imageRow("docker.io/pgvector/pgvector:0.8.0-pg17");
    assert.ok(row);
    const differs = (tag: string) => difference(row, `docker.io/pgvector/pgvector:${tag}`) !== row.differs;
    assert.deepEqual(["pg17", "0.8.0-pg17", "latest"].filter(differs), []);
    assert.match(difference(row, "docker.io/library/postgres:16.4"), /It is version 17, where 16\.4 is deployed\.$/);
    assert.ok(differs("1.17") && differs("175"));
  });

  it("builds everything that is not simulated, and pulls no image in whose place something else runs", () => {
    for (const { repositories, workload, recipe, pulled } of imageTable) {
      assert.equal(recipe === undefined, workload === "simulated", repositories[0]);
      assert.ok(workload !== "stand-in" || !pulled, repositories[0]);
    }
  });

  it("takes packages of PyPI at exact versions with hashes only", () => {
    const files = imageTable
      .flatMap(({ recipe }) => recipe?.layers ?? [])
      .flatMap((layer) => (layer.kind === "python" ? [layer.requirements] : []));
    assert.ok(files.length >= 3);
    for (const file of files) {
      const requirements = readFileSync(requirementsFile(file), "utf8")
        .split(/\n(?=[\w.-]+==)/)
        .slice(1);
      assert.ok(requirements.length > 0, file);
      assert.deepEqual(
        requirements.filter((text) => !/^[\w.-]+==[\w.]+ \\\n( {4}--hash=sha256:[0-9a-f]{64}( \\)?\n?)+$/.test(text)),
        [],
        file,
      );
    }
  });

  it("is the page of the documentation", async () => {
    assert.equal(readFileSync(imagesPageFile, "utf8"), await imagesPage(), "run: node packages/sandbox/images/page.ts");
  });
});
