import type { Problem } from "@genai/core";
import type { CheckInput } from "./cross-checks.ts";
import { absent } from "./fields.ts";

/** What of monitoring must fit: the adapter to its Prometheus, scalers to the adapter, receivers to tenants. */
export function checkMonitoring({ addons, monitoring, models, tenantNames }: CheckInput): Problem[] {
  if (!addons || !monitoring) return [];
  const problems: Problem[] = [];
  const { prometheusAdapter, alertmanager } = addons;
  if (prometheusAdapter.enabled && monitoring.mode !== "prometheus") {
    problems.push({
      path: "genai:addons.prometheusAdapter.enabled",
      message: `true given; it reads the platform's own Prometheus, and genai:monitoring.mode is ${monitoring.mode}: set it to false, or the mode to prometheus`,
    });
  }
  for (const [name, model] of Object.entries(models ?? {})) {
    if (model.scaling.requestsWaiting === undefined || prometheusAdapter.enabled) continue;
    problems.push({
      path: `genai:models.${name}.scaling.requestsWaiting`,
      message: `${model.scaling.requestsWaiting} given; nothing tells the autoscaler how many requests wait: set genai:addons.prometheusAdapter.enabled to true, or remove it to scale on CPU`,
    });
  }
  for (const [name, { tenants = [] }] of Object.entries(alertmanager.receivers)) {
    for (const [index, tenant] of tenants.entries()) {
      if (!tenantNames || tenantNames.includes(tenant)) continue;
      problems.push({
        path: `genai:addons.alertmanager.receivers.${name}.tenants[${index}]`,
        message: absent(tenant, "tenant", tenantNames),
      });
    }
  }
  return problems;
}
