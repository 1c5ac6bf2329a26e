import { cacheResources, chatPageName, chatPageResources, gatewayRequests } from "@genai/services";
import type { PlatformConfig } from "./schema.ts";

/** Gateway and page, with the Valkey of each. */
export function edgeUses({ gateway, ui }: Partial<PlatformConfig>) {
  const fixed = (count: number) => ({ minReplicas: count, maxReplicas: count });
  const cache = { ...fixed(1), replica: cacheResources.requests };
  return [
    ...(gateway
      ? [
          {
            ...{ path: "genai:gateway", name: "gateway", pool: gateway.pool },
            minReplicas: gateway.replicas,
            maxReplicas: gateway.maxReplicas ?? gateway.replicas,
            replica: gatewayRequests(gateway),
          },
          { path: "genai:gateway", name: "gateway-cache", pool: gateway.pool, ...cache },
        ]
      : []),
    ...(ui
      ? [
          {
            ...{ path: "genai:ui", name: chatPageName, tenant: ui.tenant, pool: ui.pool, ...fixed(ui.replicas) },
            replica: chatPageResources.requests,
          },
          ...(ui.replicas > 1
            ? [{ path: "genai:ui", name: `${chatPageName}-cache`, tenant: ui.tenant, pool: ui.pool, ...cache }]
            : []),
        ]
      : []),
  ];
}
