import { generatedSecrets, gatewaySecrets, type GeneratedSecret, uiSecrets } from "@genai/secrets";
import { type PlatformConfig, serverNames } from "./schema.ts";

/** Every generated secret that a stack needs: what `genai secrets init` makes, and the program reads. */
export function wantedSecrets(config: PlatformConfig): GeneratedSecret[] {
  return [
    ...generatedSecrets(serverNames(config)),
    ...(config.gateway ? gatewaySecrets(Object.keys(config.tenants)) : []),
    ...(config.ui ? uiSecrets : []),
  ];
}
