import { execa } from "execa";
import { archiveStream, type BuiltImage } from "./archive.ts";
import { storedName } from "./reference.ts";

/** How to reach the containerd that Pods get their images from. */
export interface ContainerdClient {
  /** Path of containerd's client program. */
  ctr: string;
  /** Its socket. */
  socket: string;
  signal?: AbortSignal;
}

/** The namespace of kubelet's images. */
const namespace = "k8s.io";

/** The images that containerd has: the digest of each, by the name it is kept under. */
export async function storedImages(client: ContainerdClient): Promise<Map<string, string>> {
  const { stdout } = await ctr(client, ["images", "list"]);
  const rows = stdout.split("\n").slice(1);
  return new Map(rows.map((row) => row.split(/\s+/)).map(([name = "", , digest = ""]) => [name, digest]));
}

/** Loads a built image under the reference that Pods name; only its unpacked files are kept, not the layers' archives. */
export async function importImage(image: BuiltImage, reference: string, client: ContainerdClient): Promise<void> {
  const input = archiveStream(image, storedName(reference));
  await ctr(client, ["images", "import", "--local", "--discard-unpacked-layers", "-"], input);
}

/**
 * Pulls an image. The client fetches it, not containerd, which is in a network namespace that leads nowhere.
 * @throws {Error} With what the registry answered.
 */
export async function pullImage(reference: string, client: ContainerdClient): Promise<void> {
  await ctr(client, ["images", "pull", "--local", storedName(reference)]);
}

async function ctr({ ctr: program, socket, signal }: ContainerdClient, args: string[], input?: NodeJS.ReadableStream) {
  const run = execa(program, ["--address", socket, "--namespace", namespace, ...args], {
    ...(input ? { input: input as never } : { stdin: "ignore" as const }),
    cancelSignal: signal,
    reject: false,
  });
  const { exitCode, stdout, stderr } = await run;
  signal?.throwIfAborted();
  if (exitCode !== 0) throw new Error(`ctr ${args.slice(0, 2).join(" ")} failed: ${String(stderr).trim().slice(-500)}`);
  return { stdout: String(stdout) };
}
