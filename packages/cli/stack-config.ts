import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readStackFile, type PlatformConfig } from "@genai/platform";
import { problemsText } from "@genai/core";
import { isMap, isScalar, parseDocument } from "yaml";
import { exitCodes, UserError } from "./errors.ts";
import { committedStackFile } from "./workspace.ts";

/**
 * Reads and checks the committed file of a stack that is to be deployed.
 * @throws {UserError} With every problem at once.
 */
export function loadStackConfig(stack: string): PlatformConfig {
  return checked(stack, readFileSync(committedStackFile(stack), "utf8"));
}

function checked(stack: string, text: string): PlatformConfig {
  const { config, problems } = readStackFile(text);
  if (config) return config;
  throw new UserError(`Pulumi.${stack}.yaml has ${problemsText(problems)}`, exitCodes.invalid);
}

/** What the sandbox adds to a stack file. */
export interface SandboxFacts {
  /** Whether its cluster has a node that runs containers. */
  realNode: boolean;
  /** The salt of the stack's record, used where no earlier derived file has one. */
  salt?: string;
}

/**
 * The stack file that the engine reads in the sandbox: what is committed, with the secrets (`secure:` values and salt) of this
 * checkout instead of the committed ones, which another passphrase encrypts, and with the sandbox as the kind of cluster, whatever
 * the stack's own cluster is: add-ons that this one brings are then adopted, those of another provider are not counted on, and there is
 * no mesh.
 */
export function derivedStackFile(committed: string, previous: string | undefined, sandbox: SandboxFacts): string {
  const document = parseDocument(committed);
  document.delete("encryptionsalt");
  document.delete("secretsprovider");
  document.delete("encryptedkey");
  if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
  removeSecure(document);
  if (isMap(document.getIn(["config", "genai:cluster"]))) {
    document.setIn(["config", "genai:cluster", "provider"], "sandbox");
    document.deleteIn(["config", "genai:cluster", "mesh"]);
  }
  // Where nothing real runs, an add-on behind an APIService would take part of the API down; a process of the host serves the usage.
  document.setIn(["config", "genai:addons", "metricsServer", "enabled"], sandbox.realNode);
  if (!sandbox.realNode) document.setIn(["config", "genai:addons", "prometheusAdapter", "enabled"], false);
  const local = (previous === undefined ? {} : parseDocument(previous).toJS()) as {
    encryptionsalt?: string;
    config?: Record<string, unknown>;
  };
  const localSalt = local.encryptionsalt ?? sandbox.salt;
  if (localSalt) document.set("encryptionsalt", localSalt);
  for (const [key, value] of Object.entries(local.config ?? {})) {
    if (isSecure(value)) document.setIn(["config", key], value);
  }
  return document.toString();
}

/** What of a committed stack file its embedded cluster does without, in sentences. */
export function leftOutOfSandbox({ cluster }: Pick<PlatformConfig, "cluster">): string[] {
  if (!cluster.mesh) return [];
  return ["genai:cluster.mesh was left out: the embedded cluster has no mesh, and Pods talk in plain text."];
}

/** Writes the derived file, whole or not at all, and returns what it says. */
export function writeDerivedStackFile(stack: string, configFile: string, sandbox: SandboxFacts): PlatformConfig {
  const previous = existsSync(configFile) ? readFileSync(configFile, "utf8") : undefined;
  const derived = derivedStackFile(readFileSync(committedStackFile(stack), "utf8"), previous, sandbox);
  if (derived !== previous) writeWhole(configFile, derived, 0o600);
  return checked(stack, derived);
}

/** Writes a file whole or not at all. */
export function writeWhole(file: string, text: string, mode: number): void {
  const partial = `${file}.partial`;
  writeFileSync(partial, text, { mode });
  renameSync(partial, file);
}

function removeSecure(document: ReturnType<typeof parseDocument>): void {
  const config = document.get("config");
  if (!isMap(config)) return;
  config.items = config.items.filter(({ value }) => !(isMap(value) && value.items.length === 1 && value.has("secure")));
  for (const { key } of config.items) {
    if (!isScalar(key)) throw new UserError("A key under `config:` is no plain text.", exitCodes.invalid);
  }
}

function isSecure(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value && Object.keys(value).length === 1;
}
