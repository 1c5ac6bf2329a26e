import { randomBytes } from "node:crypto";
import { edgeSecretKeys, previousTenantKeyPrefix, tenantKeyPrefix } from "./edge.ts";

/** A secret that this project generates itself; the stack's configuration keeps it encrypted. */
export interface GeneratedSecret {
  /** Key under `genai:` in the stack file. */
  key: string;
  /** Starts the value, so that a leak scanner can tell what it found. */
  prefix: string;
  /** Random bytes in the value. 32 (256 bits) cannot be guessed, nor searched for offline. */
  bytes: number;
  description: string;
  /** Key under which its former value stays valid during a rotation. @default none: a new value takes effect at once */
  previousKey?: string;
}

/** Characters that a value has at least: those of the shortest that is generated, 24 random bytes. */
export const minimumSecretLength = 32;

const apiKeyPrefix = "apiKey-";

/** Key of the API key of a server: a model or an embedding model. */
export function apiKeyOf(server: string): string {
  return apiKeyPrefix + server;
}

/** Key of the password of Grafana's user `admin`. */
export const grafanaPasswordKey = "grafanaAdminPassword";

/** The secrets that a stack with these servers needs. @param options What else the stack has. */
export function generatedSecrets(servers: readonly string[], { grafana = false } = {}): GeneratedSecret[] {
  const apiKeys = servers.map((server) => ({
    key: apiKeyOf(server),
    prefix: "sk-",
    bytes: 32,
    description: `What clients of "${server}" present as their API key`,
  }));
  const password = {
    key: grafanaPasswordKey,
    prefix: "",
    bytes: 24,
    description: `Password of Grafana's user "admin"`,
  };
  return grafana ? [...apiKeys, password] : apiKeys;
}

const queuePasswordPrefix = "queuePassword-";

/** Key of the password of a tenant's queue. */
export function queuePasswordOf(tenant: string): string {
  return queuePasswordPrefix + tenant;
}

/** The secrets that a stack with queues of these tenants needs. */
export function queueSecrets(tenants: readonly string[]): GeneratedSecret[] {
  return tenants.map((tenant) => ({
    key: queuePasswordOf(tenant),
    prefix: "",
    bytes: 32,
    description: `Password of the queue of tenant "${tenant}"`,
  }));
}

const vectorStoreKeyPrefix = "vectorStoreKey-";

/** Who logs in to a vector store, and what for. */
const vectorStoreUsers = {
  administrator: "makes its collections and gives rights",
  application: "reads and writes vectors",
  readOnly: "reads vectors and copies them",
} as const;

/** Who logs in to a vector store. */
export type VectorStoreUser = keyof typeof vectorStoreUsers;

/** Key of what a user of a vector store logs in with. */
export function vectorStoreKeyOf(store: string, user: VectorStoreUser): string {
  return `${vectorStoreKeyPrefix}${store}-${user}`;
}

/** The secrets that a stack with these vector stores needs. */
export function vectorStoreSecrets(stores: readonly string[]): GeneratedSecret[] {
  return stores.flatMap((store) =>
    (Object.keys(vectorStoreUsers) as VectorStoreUser[]).map((user) => ({
      key: vectorStoreKeyOf(store, user),
      prefix: "vs-",
      bytes: 32,
      description: `Key of vector store "${store}" for what ${vectorStoreUsers[user]}`,
    })),
  );
}

/** What the keys of secrets begin with of which a stack has one for each service or tenant; and the keys of which it has one. */
const keyPrefixes = [apiKeyPrefix, vectorStoreKeyPrefix, tenantKeyPrefix, previousTenantKeyPrefix, queuePasswordPrefix];
const wholeKeys = [grafanaPasswordKey, ...Object.values(edgeSecretKeys)];

/** What keys of generated secrets look like in a stack file, with their namespace. */
export const generatedKeyPattern = `^genai:(${keyPrefixes.join("|")}|(${wholeKeys.join("|")})$)`;

const generatedKey = new RegExp(generatedKeyPattern);

/** Whether a key of the stack file, with its namespace, is one of a generated secret. */
export function isGeneratedKey(key: string): boolean {
  return generatedKey.test(key);
}

/** A new random value. */
export function generateValue({ prefix, bytes }: Pick<GeneratedSecret, "prefix" | "bytes">): string {
  return prefix + randomBytes(bytes).toString("base64url");
}

/** A passphrase of 256 random bits. The stack file's ciphertexts may be public for ever, so it must stand an attack offline. */
export function generatePassphrase(): string {
  return generateValue({ prefix: "", bytes: 32 });
}
