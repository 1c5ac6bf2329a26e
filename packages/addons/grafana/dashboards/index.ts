import type { MetricSourceName } from "@genai/catalog";
import { buildDashboard, type DashboardPage } from "./dashboard.ts";
import { fleet } from "./fleet.ts";
import { gpus } from "./gpus.ts";
import { model } from "./model.ts";
import { gateway, vectorStore } from "./services.ts";
import { cost, tenant } from "./tenants.ts";

export { dataSourceUid, type DashboardPage, type Panel } from "./dashboard.ts";

/** Every page. */
export const dashboardPages: readonly DashboardPage[] = [fleet, gpus, model, gateway, vectorStore, tenant, cost];

/** The dashboards of what is deployed, as files by their names. */
export function dashboardFiles(sources: ReadonlySet<MetricSourceName>): Record<string, string> {
  const files = dashboardPages.flatMap((page) => {
    const dashboard = buildDashboard(page, sources);
    return dashboard ? [[`${page.uid}.json`, JSON.stringify(dashboard)] as const] : [];
  });
  return Object.fromEntries(files);
}
