import { rootCertificates } from "node:tls";
import { directoriesAbove, type LayerEntry } from "./layer-tar.ts";
import type { LayerRecipe } from "./recipe.ts";

/** Users that images have besides root, by name, with the number that is their group's as well. */
const users: Readonly<Record<string, number>> = { nobody: 65534, nonroot: 65532 };

/** A user of an image. */
export interface ImageUser {
  name: string;
  /** Number of the user and of its group. */
  id: number;
  home: string;
}

/** The files that name users and groups. */
export function accountEntries(user?: ImageUser): LayerEntry[] {
  const accounts = [
    { name: "root", id: 0, home: "/root" },
    ...Object.entries(users).map(([name, id]) => ({ name, id, home: `/home/${name}` })),
    ...(user ? [user] : []),
  ];
  const line = ({ name, id, home }: ImageUser) => `${name}:x:${id}:${id}:${name}:${home}:/bin/sh\n`;
  return [
    { path: "/etc/passwd", type: "file", content: accounts.map(line).join("") },
    { path: "/etc/group", type: "file", content: accounts.map(({ name, id }) => `${name}:x:${id}:\n`).join("") },
  ];
}

/** What every image begins with: accounts, the certificates that Node brings (Mozilla's list), and directories to write to. */
export const baseLayer: LayerRecipe = {
  kind: "files",
  name: "base",
  entries: [
    ...["/etc/ssl/certs", "/home/nonroot", "/root", "/run", "/var/lib", "/var/run", "/dev", "/proc", "/sys"].flatMap(
      directories,
    ),
    { path: "/tmp", type: "directory", mode: 0o1777 },
    { path: "/var/tmp", type: "directory", mode: 0o1777 },
    ...accountEntries(),
    { path: "/etc/nsswitch.conf", type: "file", content: "hosts: files dns\n" },
    { path: "/etc/ssl/certs/ca-certificates.crt", type: "file", content: `${rootCertificates.join("\n")}\n` },
  ],
};

function directories(path: string): LayerEntry[] {
  return [...directoriesAbove(path), path].map((directory) => ({ path: directory, type: "directory" }));
}
