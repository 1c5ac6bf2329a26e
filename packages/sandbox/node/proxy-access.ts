import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ClusterPaths } from "../cluster/paths.ts";

/** How to use the HTTP proxy into a cluster. */
export interface ProxyAccess {
  /** `http://127.0.0.1:<port>` */
  address: string;
  username: string;
  /** Changes whenever the real node starts. */
  password: string;
}

const username = "genai";

/** Makes a new token of 256 bits, and writes what the proxy and its users read: files of the owner's alone. */
export function writeProxyAccess(
  { proxyAccess, proxyToken }: Pick<ClusterPaths, "proxyAccess" | "proxyToken">,
  port: number,
): void {
  const token = randomBytes(32).toString("base64url");
  const curl = [
    "# The way into the cluster: curl --config <this file> <endpoint>",
    `proxy = "http://127.0.0.1:${port}"`,
    `proxy-user = "${username}:${token}"`,
    "",
  ];
  writePrivate(proxyToken, token);
  writePrivate(proxyAccess, curl.join("\n"));
}

/** A file that was there before is not kept, with whatever mode it had. */
function writePrivate(file: string, text: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600, flag: "wx" });
}

/**
 * Reads how to use the proxy of a running cluster.
 * @param file `Cluster.proxy`
 * @throws {Error} If there is no such file, or it is not as the cluster wrote it.
 */
export function readProxyAccess(file: string): ProxyAccess {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const address = /^proxy = "(.+)"$/m.exec(text)?.[1];
  const [, user, password] = /^proxy-user = "(.+?):(.+)"$/m.exec(text) ?? [];
  if (!address || !user || !password)
    throw new Error(`${file} does not name a proxy. Run: npx genai stop && npx genai up`);
  return { address, username: user, password };
}
