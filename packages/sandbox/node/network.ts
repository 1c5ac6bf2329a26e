import { existsSync } from "node:fs";
import { execa } from "execa";
import { dnsAddress, nodeAddress } from "./addresses.ts";
import type { NodePaths } from "./paths.ts";

/** A command that runs in the node's network namespace: `nsenter --net=… <program>`. */
export function inside({ namespace }: NodePaths): [program: string, argument: string] {
  return ["nsenter", `--net=/run/netns/${namespace}`];
}

/** Makes the node's network namespace, with its addresses on a bridge that leads nowhere: nothing of the host's network changes. */
export async function makeNetwork(paths: NodePaths): Promise<void> {
  if (existsSync(`/run/netns/${paths.namespace}`)) await execa("ip", ["netns", "delete", paths.namespace]);
  await execa("ip", ["netns", "add", paths.namespace]);
  const [program, argument] = inside(paths);
  const ip = (...args: string[]) => execa(program, [argument, "ip", ...args]);
  await ip("link", "set", "lo", "up");
  await ip("link", "add", "node0", "type", "bridge");
  for (const address of [nodeAddress, dnsAddress]) await ip("address", "add", `${address}/32`, "dev", "node0");
  await ip("link", "set", "node0", "up");
  // kubelet wants a default route, and packets to Services need one before they are sent elsewhere.
  await ip("route", "add", "default", "dev", "node0");
  await execa(program, [argument, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
}
