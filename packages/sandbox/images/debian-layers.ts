import { accountEntries, type ImageUser } from "./base.ts";
import type { LayerEntry } from "./layer-tar.ts";
import type { LayerRecipe } from "./recipe.ts";

/** A layer of Debian packages. */
export type DebianLayer = Extract<LayerRecipe, { kind: "debian" }>;

/** Needed to install packages, and not to run what they hold. */
export const installers = [
  "adduser",
  "base-passwd",
  "debconf",
  "dpkg",
  "init-system-helpers",
  "libdb5*",
  "libdebconfclient0",
  "libgdbm*",
  "libpam-modules*",
  "libperl*",
  "libsem*",
  "libsepol*",
  "login.defs",
  "passwd",
  "perl*",
  "sensible-utils",
  "sysvinit-utils",
  "ucf",
];

/** A shell with the programs that scripts and probes use. */
export const shell = ["dash", "coreutils", "grep", "sed"];

/** Major version of PostgreSQL in the Debian release. */
export const postgresVersion = "17";

/** PostgreSQL with pgvector. Its compiler of queries is left out, which is larger than all the rest; PostgreSQL goes on without. */
export const postgresLayer: DebianLayer = {
  kind: "debian",
  name: "postgresql",
  packages: [`postgresql-${postgresVersion}`, `postgresql-${postgresVersion}-pgvector`, "tzdata", ...shell],
  withoutPackages: [
    ...installers,
    "libio-pty-perl",
    "libipc-run-perl",
    "libjson-perl",
    "libllvm*",
    "libtext-*",
    "libz3-4",
    "locales",
    "netbase",
    "openssl",
    "postgresql-client-common",
    "postgresql-common*",
    "procps",
    "ssl-cert",
  ],
  withoutPaths: ["bitcode", "llvmjit.so", "llvmjit_types.bc"].map(
    (name) => `/usr/lib/postgresql/${postgresVersion}/lib/${name}`,
  ),
  diskBytes: 600e6,
};

/** Valkey, or the Redis that it comes from, with the command-line client. */
export function keyValueLayer(name: "valkey" | "redis"): DebianLayer {
  return {
    kind: "debian",
    name,
    packages: [`${name}-server`, `${name}-tools`, ...shell],
    withoutPackages: installers,
    diskBytes: 300e6,
  };
}

/** What an image has on top of Debian's packages: its user, directories that are the user's, and scripts. */
export function ownFiles(
  name: string,
  user: ImageUser,
  directories: readonly string[],
  scripts: LayerEntry[],
): LayerRecipe {
  const owner = [user.id, user.id] as const;
  return {
    kind: "files",
    name,
    entries: [
      ...accountEntries(user),
      ...directories.map((path): LayerEntry => ({ path, type: "directory", owner })),
      ...scripts,
    ],
  };
}
