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

/** The secrets that a stack with these servers needs. */
export function generatedSecrets(servers: readonly string[]): GeneratedSecret[] {
  return servers.map((server) => ({
    key: apiKeyOf(server),
    prefix: "sk-",
    bytes: 32,
    description: `What clients of "${server}" present as their API key`,
  }));
}

const tenantKeyPrefix = "tenantKey-";

/** Key of the key with which a tenant's clients use the gateway. */
export function tenantKeyOf(tenant: string): string {
  return tenantKeyPrefix + tenant;
}

/** Keys of the secrets of gateway and chat page, of which a stack has one each. */
export const edgeSecretKeys = {
  gatewayMasterKey: "gatewayMasterKey",
  gatewayCachePassword: "gatewayCachePassword",
  uiSessionKey: "uiSessionKey",
  uiAdministratorPassword: "uiAdministratorPassword",
  uiCachePassword: "uiCachePassword",
} as const;

/** The secrets of a gateway for these tenants. */
export function gatewaySecrets(tenants: readonly string[]): GeneratedSecret[] {
  return [
    {
      ...{ key: edgeSecretKeys.gatewayMasterKey, prefix: "sk-", bytes: 32 },
      description: "The platform's own key for the gateway: every model, and LiteLLM's administration",
    },
    {
      ...{ key: edgeSecretKeys.gatewayCachePassword, prefix: "", bytes: 32 },
      description: "Password of the Valkey in which the gateway's replicas count",
    },
    ...tenants.map((tenant) => ({
      ...{ key: tenantKeyOf(tenant), prefix: "sk-", bytes: 32 },
      description: `What clients of tenant "${tenant}" present to the gateway`,
    })),
  ];
}

/** The secrets of a chat page. */
export const uiSecrets: readonly GeneratedSecret[] = [
  {
    ...{ key: edgeSecretKeys.uiSessionKey, prefix: "", bytes: 32 },
    description: "What the chat page signs sessions with; a new one signs everybody out",
  },
  {
    ...{ key: edgeSecretKeys.uiAdministratorPassword, prefix: "", bytes: 32 },
    description: "Password of the chat page's first account",
  },
  {
    ...{ key: edgeSecretKeys.uiCachePassword, prefix: "", bytes: 32 },
    description: "Password of the Valkey between the chat page's replicas",
  },
];

/** Whether a key of the stack file, with its namespace, is one of a generated secret. */
export function isGeneratedKey(key: string): boolean {
  if ([apiKeyPrefix, tenantKeyPrefix].some((prefix) => key.startsWith(`genai:${prefix}`))) return true;
  return Object.values<string>(edgeSecretKeys).some((name) => key === `genai:${name}`);
}

/** A new random value. */
export function generateValue({ prefix, bytes }: Pick<GeneratedSecret, "prefix" | "bytes">): string {
  return prefix + randomBytes(bytes).toString("base64url");
}

/** A passphrase of 256 random bits. The stack file's ciphertexts may be public for ever, so it must stand an attack offline. */
export function generatePassphrase(): string {
  return generateValue({ prefix: "", bytes: 32 });
}
