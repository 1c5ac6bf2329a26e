import {
  gatewaySecrets,
  generatedSecrets,
  type GeneratedSecret,
  queueSecrets,
  uiSecrets,
  vectorStoreSecrets,
} from "@genai/secrets";
import { queuePools, serverNames, type PlatformConfig } from "./schema.ts";

/** The secrets that a stack needs. */
export function stackSecrets(config: PlatformConfig): GeneratedSecret[] {
  const grafana = config.monitoring.mode === "prometheus" && config.addons.grafana.enabled;
  return [
    ...generatedSecrets(serverNames(config), { grafana }),
    ...vectorStoreSecrets(Object.keys(config.vectorStores)),
    ...queueSecrets(Object.keys(queuePools(config))),
    ...(config.gateway ? gatewaySecrets(Object.keys(config.tenants)) : []),
    ...(config.ui ? uiSecrets : []),
  ];
}
