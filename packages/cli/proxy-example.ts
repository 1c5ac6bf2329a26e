import { writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryDirectory } from "@genai/testing";

/** Has a server listen as a cluster's proxy does. @returns The file that names it, as `Cluster.proxy` does. */
export async function listenAsProxy(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const file = join(temporaryDirectory("proxy"), "curl.conf");
  writeFileSync(file, `proxy = "http://127.0.0.1:${port}"\nproxy-user = "genai:token"\n`);
  return file;
}
