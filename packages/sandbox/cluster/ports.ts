import { createHash } from "node:crypto";
import getPort, { clearLockedPorts } from "get-port";

/** What listens, each on its own port of 127.0.0.1. */
export const portNames = [
  "apiserver",
  "etcd",
  "etcdPeer",
  "controllerManager",
  "scheduler",
  "kwok",
  "metricsServer",
  /** HTTP proxy to what runs on the real node. */
  "proxy",
] as const;

export type Ports = Record<(typeof portNames)[number], number>;

/**
 * The ports a cluster of this name asks for first: always the same, so that a recreated cluster has the same address, and below
 * the range that systems hand out to outgoing connections (32768 on Linux).
 */
export function preferredPorts(clusterName: string): Ports {
  const slot = createHash("sha256").update(clusterName).digest().readUInt32BE() % 1500;
  const first = 20_000 + slot * portNames.length;
  return Object.fromEntries(portNames.map((name, index) => [name, first + index])) as Ports;
}

/** `wanted` where free, else any other free port of the loopback interface. */
export async function freePorts(wanted: Ports): Promise<Ports> {
  // get-port remembers what it gave for a while; a cluster that was stopped meanwhile is to get its own ports back.
  clearLockedPorts();
  const ports = { ...wanted };
  for (const name of portNames) ports[name] = await getPort({ port: wanted[name], host: "127.0.0.1" });
  return ports;
}
