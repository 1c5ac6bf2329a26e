import { mapValues } from "@genai/core";
import { edgeSecretKeys, previousTenantKeyOf, tenantKeyOf } from "@genai/secrets";
import type { GenAIPlatformArgs } from "@genai/services";
import type * as pulumi from "@pulumi/pulumi";
import type { PlatformConfig } from "./config/index.ts";

/**
 * Gateway and chat page as a stack file asks for them, with their secrets; each undefined where it does not.
 * @param secrets Values by their key; one that is missing is empty, but a former one is not there at all.
 */
export function edgeOf(
  { gateway, ui, prompts, tenants, cluster }: PlatformConfig,
  secrets: Readonly<Record<string, pulumi.Input<string>>>,
): Pick<GenAIPlatformArgs, "gateway" | "ui" | "prompts"> {
  const secretOf = (key: string) => secrets[key] ?? "";
  return {
    gateway: gateway && {
      ...gateway,
      exposure: exposureOf(gateway),
      masterKey: secretOf(edgeSecretKeys.gatewayMasterKey),
      cachePassword: secretOf(edgeSecretKeys.gatewayCachePassword),
      tenantKeys: mapValues(tenants, (_, name) => secretOf(tenantKeyOf(name))),
      previousTenantKeys: mapValues(tenants, (_, name) => secrets[previousTenantKeyOf(name)]),
    },
    prompts,
    ui: ui && {
      ...ui,
      exposure: exposureOf(ui),
      storageClass: cluster.storageClass,
      gatewayKey: secretOf(tenantKeyOf(ui.tenant)),
      sessionKey: secretOf(edgeSecretKeys.uiSessionKey),
      administratorPassword: secretOf(edgeSecretKeys.uiAdministratorPassword),
      cachePassword: secretOf(edgeSecretKeys.uiCachePassword),
    },
  };
}

/** How a service is reached from outside. */
function exposureOf({ host, expose }: Pick<NonNullable<PlatformConfig["gateway"]>, "host" | "expose">) {
  return host === undefined || expose === undefined ? undefined : { ...expose, host };
}
