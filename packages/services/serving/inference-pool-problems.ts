import type { Problem } from "@genai/core";
import type { InferenceServerArgs } from "./inference-server-args.ts";
import { pickerName } from "./inference-pool-args.ts";
import type { withDefaults } from "./settings.ts";

/** What is wrong with a server that a Gateway is to reach by an InferencePool: the key, and what to do. */
export function inferencePoolProblems({
  engine,
  shape,
  inferencePool,
}: ReturnType<typeof withDefaults>): [field: string, message: string][] {
  if (!inferencePool) return [];
  if (engine === "llamaCpp") {
    const message =
      "needs metrics that the endpoint picker may read, and llamaCpp shows its own with the key alone; use engine vllm or sglang, or remove it";
    return [["inferencePool", message]];
  }
  if (shape.pods > 1) {
    const message = `is for replicas on one node, and one of these takes ${shape.pods}; use fewer GPUs, or remove it`;
    return [["inferencePool", message]];
  }
  return [];
}

/** What models behind Gateways would take from each other, or from other services: a host name, or the names of objects. */
export function inferencePoolNameProblems(
  models: Readonly<Record<string, Pick<InferenceServerArgs, "tenant" | "inferencePool">>>,
  others: Readonly<Record<string, { tenant: string }>> = {},
): Problem[] {
  const byHost = new Map<string, string>();
  const servers = { ...others, ...models };
  return Object.entries(models).flatMap(([name, { tenant, inferencePool }]) => {
    if (!inferencePool) return [];
    const path = `genai:models.${name}.inferencePool`;
    const { gateway, gatewayNamespace, host } = inferencePool;
    const place = [gatewayNamespace, gateway, host].join("/");
    const first = byHost.get(place);
    byHost.set(place, first ?? name);
    const picker = pickerName(name);
    const taken = Object.hasOwn(servers, picker) && servers[picker]?.tenant === tenant;
    return [
      ...(first === undefined
        ? []
        : [
            {
              path: `${path}.host`,
              message: `is "${host}", which is genai:models.${first}'s at the same Gateway; use another`,
            },
          ]),
      ...(taken
        ? [{ path, message: `needs the name "${picker}" for its endpoint picker; rename the service of that name` }]
        : []),
    ];
  });
}
