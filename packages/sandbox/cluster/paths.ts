import { join } from "node:path";

/** Where things are in a cluster's directory. */
export function clusterPaths(directory: string, name: string) {
  // kwokctl works in `.kwok` of HOME, which we set: its variable for another place does not stand spaces in a path.
  const kwokctlWork = join(directory, ".kwok");
  const work = join(kwokctlWork, "clusters", name);
  return {
    /** The client configuration that users and tools get. */
    kubeconfig: join(directory, "kubeconfig"),
    /** How to use the HTTP proxy into the cluster, for `curl --config`: its address and token. */
    proxyAccess: join(directory, "curl.conf"),
    /** The proxy's token alone, as the proxy reads it. */
    proxyToken: join(directory, "proxy-token"),
    /** etcd's data, outside kwokctl's directory, which kwokctl removes when it fails to set up. */
    data: join(directory, "etcd"),
    /** A link to kwokctl, so that its process is known as this cluster's. */
    kwokctl: join(directory, "kwokctl"),
    /** What kwokctl is asked to make. */
    kwokctlConfig: join(directory, "kwokctl.yaml"),
    /** What the simulated nodes report. */
    simulatedUsage: join(directory, "usage.yaml"),
    kwokctlWork,
    /** kwokctl's own record of what it made. */
    kwokctlRecord: join(work, "kwok.yaml"),
    /** kwokctl's links to the programs. */
    bin: join(work, "bin"),
    pids: join(work, "pids"),
    logs: join(work, "logs"),
    pki: join(work, "pki"),
  };
}

export type ClusterPaths = ReturnType<typeof clusterPaths>;
