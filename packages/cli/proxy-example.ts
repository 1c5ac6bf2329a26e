import { writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** Has a server listen as a cluster's proxy does. @param directory Where the file goes that names it, as `Cluster.proxy` does. */
export async function listenAsProxy(server: Server, directory: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const file = join(directory, "curl.conf");
  writeFileSync(file, `proxy = "http://127.0.0.1:${port}"\nproxy-user = "genai:token"\n`);
  return file;
}
