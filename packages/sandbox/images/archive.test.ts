import { createHash } from "node:crypto";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { assert, temporaryDirectory } from "@genai/testing";
import { unpackTar } from "modern-tar";
import { archiveStream, composeImage } from "./archive.ts";
import { writeLayer } from "./layer-tar.ts";

describe("archives of images", () => {
  const scratch = temporaryDirectory("archive");
  const layer = async (content: string) => {
    const file = join(scratch, `${content}.tar`);
    const written = await writeLayer(file, [{ path: "/content", type: "file", content }]);
    return { ...written, file, madeOf: content };
  };

  it("have the same digest for the same image, and another for another", async () => {
    const [one, other] = [await layer("one"), await layer("other")];
    const digest = composeImage({ Entrypoint: ["/content"] }, [one, other]).digest;
    assert.equal(composeImage({ Entrypoint: ["/content"] }, [await layer("one"), other]).digest, digest);
    assert.notEqual(composeImage({ Entrypoint: ["/content"] }, [other, one]).digest, digest);
    assert.notEqual(composeImage({ Entrypoint: ["/other"] }, [one, other]).digest, digest);
  });

  it("are an OCI image layout under the reference that Pods name, every part under its digest", async () => {
    const [one, other] = [await layer("one"), await layer("other")];
    const image = composeImage({ Entrypoint: ["/content"], User: "65534" }, [one, other, one]);
    const archive = await buffer(archiveStream(image, "example.test/image:1"));
    const files = new Map((await unpackTar(archive)).map(({ header, data }) => [header.name, Buffer.from(data ?? "")]));
    const read = (name: string) => JSON.parse(String(files.get(name))) as Record<string, unknown>;
    const blob = ({ digest }: { digest: string }) => `blobs/${digest.replace(":", "/")}`;

    assert.deepEqual(read("oci-layout"), { imageLayoutVersion: "1.0.0" });
    const [entry] = read("index.json")["manifests"] as { digest: string; annotations: Record<string, string> }[];
    assert.ok(entry);
    assert.equal(entry.annotations["io.containerd.image.name"], "example.test/image:1");
    assert.equal(entry.digest, image.digest);
    const manifest = read(blob(entry)) as { config: { digest: string }; layers: { digest: string; size: number }[] };
    assert.deepEqual(
      manifest.layers.map(({ digest }) => digest),
      [one.digest, other.digest, one.digest],
    );
    const configuration = read(blob(manifest.config));
    assert.deepEqual(configuration["config"], { Entrypoint: ["/content"], User: "65534" });
    for (const [name, content] of files)
      if (name.startsWith("blobs/"))
        assert.equal(name, `blobs/sha256/${createHash("sha256").update(content).digest("hex")}`);
    // The manifest, the configuration and two layers, of which one is used twice.
    assert.equal([...files.keys()].filter((name) => name.startsWith("blobs/")).length, 4);
  });
});
