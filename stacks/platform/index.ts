import { readEngineConfig, withPlainErrors } from "./engine-config.ts";
import { deployPlatform } from "./program.ts";

const { config, secrets } = readEngineConfig();

// The exports of this module are the outputs of the stack.
export const { endpoints, gateway, namespaces, gpus } = withPlainErrors(() => deployPlatform(config, secrets));
