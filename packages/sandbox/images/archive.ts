import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createTarPacker, type TarPackController } from "modern-tar";
import { currentPlatform } from "../toolchain/tools.ts";
import type { WrittenLayer } from "./layer-tar.ts";
import type { ImageSettings } from "./recipe.ts";

/** A layer in the cache. */
export interface CachedLayer extends WrittenLayer {
  /** The tar file. */
  file: string;
  /** What it was made of, such as `metrics-server 0.7.2`. */
  madeOf: string;
}

/** An image as the OCI image layout has it, but for the layers' bytes. */
export interface BuiltImage {
  /** `sha256:…` of its manifest: the same for the same image on every machine. */
  digest: string;
  /** Of its layers, in bytes. */
  size: number;
  manifest: Buffer;
  configuration: Buffer;
  layers: readonly CachedLayer[];
}

const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  configuration: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
};

/** Puts layers and settings together (OCI image specification 1.1). */
export function composeImage(settings: ImageSettings, layers: readonly CachedLayer[]): BuiltImage {
  const configuration = json({
    architecture: currentPlatform().arch,
    os: "linux",
    config: settings,
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(({ madeOf }) => ({ created_by: madeOf })),
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(mediaTypes.configuration, configuration),
    layers: layers.map(({ digest, size }) => ({ mediaType: mediaTypes.layer, digest, size })),
  });
  const size = layers.reduce((sum, layer) => sum + layer.size, 0);
  return { digest: digestOf(manifest), size, manifest, configuration, layers };
}

/**
 * The image as a tar file of the OCI image layout, which `ctr images import` reads, under the given name. It is made while it is read:
 * a second copy of the layers never lies on disk.
 */
export function archiveStream(image: BuiltImage, name: string): Readable {
  const { readable, controller } = createTarPacker();
  const packed = pack(image, name, controller);
  const stream = Readable.fromWeb(readable as never);
  packed.catch((error: Error) => stream.destroy(error));
  return stream;
}

async function pack({ manifest, configuration, layers }: BuiltImage, name: string, controller: TarPackController) {
  const add = async (path: string, size: number, parts: Iterable<Buffer> | AsyncIterable<Buffer>) => {
    const writer = controller.add({ name: path, size, mode: 0o644, mtime: new Date(0) }).getWriter();
    for await (const part of parts) await writer.write(part);
    await writer.close();
  };
  const blob = (digest: string) => `blobs/${digest.replace(":", "/")}`;
  const annotations = { "io.containerd.image.name": name };
  const manifests = [{ ...descriptor(mediaTypes.manifest, manifest), annotations }];
  const index = json({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  const layout = json({ imageLayoutVersion: "1.0.0" });
  await add("oci-layout", layout.length, [layout]);
  await add("index.json", index.length, [index]);
  for (const content of [manifest, configuration]) await add(blob(digestOf(content)), content.length, [content]);
  // A layer may occur twice in an image; a file in an archive may not.
  for (const [digest, { file, size }] of new Map(layers.map((layer) => [layer.digest, layer])))
    await add(blob(digest), size, createReadStream(file, { highWaterMark: 2 ** 20 }));
  controller.finalize();
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function descriptor(mediaType: string, content: Buffer) {
  return { mediaType, digest: digestOf(content), size: content.length };
}
