import { randomBytes } from "node:crypto";

/** A secret that this project generates itself; the stack's configuration keeps it encrypted. */
export interface GeneratedSecret {
  /** Key under `genai:` in the stack file. */
  key: string;
  /** Starts the value, so that a leak scanner can tell what it found. */
  prefix: string;
  /** Random bytes in the value. 32 (256 bits) cannot be guessed, nor searched for offline. */
  bytes: number;
  description: string;
}

const apiKeyPrefix = "apiKey-";

/** Key of the API key of a server: a model or an embedding model. */
export function apiKeyOf(server: string): string {
  return apiKeyPrefix + server;
}

const queuePasswordPrefix = "queuePassword-";

/** Key of the password of a tenant's queue. */
export function queuePasswordOf(tenant: string): string {
  return queuePasswordPrefix + tenant;
}

/** The secrets that a stack with these servers, and with queues of these tenants, needs. */
export function generatedSecrets(servers: readonly string[], queueTenants: readonly string[] = []): GeneratedSecret[] {
  return [
    ...servers.map((server) => ({
      key: apiKeyOf(server),
      prefix: "sk-",
      bytes: 32,
      description: `What clients of "${server}" present as their API key`,
    })),
    ...queueTenants.map((tenant) => ({
      key: queuePasswordOf(tenant),
      prefix: "",
      bytes: 32,
      description: `Password of the queue of tenant "${tenant}"`,
    })),
  ];
}

/** Whether a key of the stack file, with its namespace, is one of a generated secret. */
export function isGeneratedKey(key: string): boolean {
  return [apiKeyPrefix, queuePasswordPrefix].some((prefix) => key.startsWith(`genai:${prefix}`));
}

/** A new random value. */
export function generateValue({ prefix, bytes }: Pick<GeneratedSecret, "prefix" | "bytes">): string {
  return prefix + randomBytes(bytes).toString("base64url");
}

/** A passphrase of 256 random bits. The stack file's ciphertexts may be public for ever, so it must stand an attack offline. */
export function generatePassphrase(): string {
  return generateValue({ prefix: "", bytes: 32 });
}
