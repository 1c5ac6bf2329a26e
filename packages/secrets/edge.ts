import type { GeneratedSecret } from "./catalogue.ts";

/** What the keys of the tenants' keys begin with. */
export const tenantKeyPrefix = "tenantKey-";

/** Key of the key with which a tenant's clients use the gateway. */
export function tenantKeyOf(tenant: string): string {
  return tenantKeyPrefix + tenant;
}

/** What the keys begin with under which tenants' keys stay valid while their clients change to new ones. */
export const previousTenantKeyPrefix = "tenantKeyPrevious-";

/** Key under which a tenant's key stays valid while its clients change to the new one. */
export function previousTenantKeyOf(tenant: string): string {
  return previousTenantKeyPrefix + tenant;
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
      previousKey: previousTenantKeyOf(tenant),
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
