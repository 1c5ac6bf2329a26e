import { modelEngines, recorded } from "../../rules/index.ts";
import type { DashboardPage } from "./dashboard.ts";

const chosen = { tenant: { matches: "$tenant" } } as const;
const dollars = recorded("genai:tenant_dollars_per_hour");
const tokensPerHour = `3600 * sum by (tenant) (${recorded("genai:model_output_tokens:rate5m")})`;

/** One tenant: what it may use, what it uses, and how it is served. */
export const tenant: DashboardPage = {
  uid: "genai-tenant",
  title: "A tenant",
  choices: [{ name: "tenant", label: "Tenant", query: "label_values(genai:namespace_tenant, tenant)" }],
  rows: {
    Quota: [
      {
        title: "Quota in use",
        unit: "percentunit",
        sources: ["kube-state-metrics"],
        queries: { "{{tenant}} {{resource}}": recorded("genai:tenant_quota_usage_ratio", chosen) },
      },
      {
        title: "GPUs held",
        sources: ["kube-state-metrics"],
        queries: { "{{tenant}}": recorded("genai:tenant_gpus", chosen) },
      },
    ],
    Models: [
      {
        title: "Requests a second",
        unit: "reqps",
        sources: [modelEngines],
        queries: { "{{tenant}} {{workload}}": recorded("genai:model_requests:rate5m", chosen) },
      },
      {
        title: "Time to the first token, 95 of 100 requests",
        unit: "s",
        sources: [modelEngines],
        queries: { "{{tenant}} {{workload}}": recorded("genai:model_time_to_first_token_seconds:p95", chosen) },
      },
      {
        title: "Tokens written a second",
        sources: [modelEngines],
        queries: { "{{tenant}} {{workload}}": recorded("genai:model_output_tokens:rate5m", chosen) },
      },
      {
        title: "Failed requests",
        unit: "percentunit",
        sources: ["vllm"],
        queries: { "{{tenant}} {{workload}}": recorded("genai:model_error_ratio:rate5m", chosen) },
      },
    ],
  },
};

/** What the GPUs cost, and what is had for it. Prices are those of the stack file's pools, or the catalogue's. */
export const cost: DashboardPage = {
  uid: "genai-cost",
  title: "Cost",
  rows: {
    Now: [
      {
        title: "GPUs held, a month",
        kind: "number",
        unit: "currencyUSD",
        description: "What the GPUs that tenants hold now would cost in a month of 730 hours.",
        sources: ["kube-state-metrics"],
        queries: { month: `730 * sum(${dollars})` },
      },
      {
        title: "In the last day",
        kind: "number",
        unit: "currencyUSD",
        sources: ["kube-state-metrics"],
        queries: { day: `24 * sum(avg_over_time(${dollars}[1d]))` },
      },
    ],
    Tenants: [
      {
        title: "Dollars an hour",
        unit: "currencyUSD",
        sources: ["kube-state-metrics"],
        queries: { "{{tenant}}": `sum by (tenant) (${dollars})` },
      },
      {
        title: "Dollars for a million tokens",
        unit: "currencyUSD",
        description: "GPUs held against tokens written, of an hour: an idle model makes it rise.",
        sources: ["kube-state-metrics", modelEngines],
        queries: { "{{tenant}}": `1e6 * sum by (tenant) (${dollars}) / (${tokensPerHour} > 0)` },
      },
    ],
  },
};
