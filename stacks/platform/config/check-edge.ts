import type { Problem } from "@genai/core";
import { chatPageName, chatPageProblems, drainSecondsOf, gatewayProblems, servedNames } from "@genai/services";
import type { CheckInput } from "./cross-checks.ts";
import { absent } from "./fields.ts";

/** Gateway and page: what they name is there, the gateway waits longer than any server drains, and fallbacks end. */
export function checkEdge(input: CheckInput): Problem[] {
  const { gateway, ui } = input;
  return [
    ...(ui && !gateway
      ? [{ path: "genai:gateway", message: "is missing; genai:ui reaches the models through it" }]
      : []),
    ...(gateway ? checkGateway(gateway, input) : []),
    ...(ui ? checkPage(ui, input) : []),
  ];
}

type Gateway = NonNullable<CheckInput["gateway"]>;
type Page = NonNullable<CheckInput["ui"]>;

function checkGateway(gateway: Gateway, { models = {}, tenantNames }: CheckInput): Problem[] {
  const judged = Object.fromEntries(
    Object.entries(models).flatMap(([name, model]) =>
      servedNames(name, model).map((served) => [served, { tenant: model.tenant, drainSeconds: drainSecondsOf(model) }]),
    ),
  );
  const known = Object.keys(judged);
  const unknown = (path: string, name: string): Problem[] =>
    known.includes(name) ? [] : [{ path, message: absent(name, "model under genai:models", known) }];
  return [
    ...checkExposure("genai:gateway", gateway),
    ...Object.keys(gateway.limits)
      .filter((tenant) => tenantNames && !tenantNames.includes(tenant))
      .map((tenant) => ({
        path: `genai:gateway.limits.${tenant}`,
        message: absent(tenant, "tenant under genai:tenants", tenantNames ?? []),
      })),
    ...Object.entries(gateway.fallbacks).flatMap(([name, others]) => [
      ...unknown(`genai:gateway.fallbacks.${name}`, name),
      ...others.flatMap((other, index) => unknown(`genai:gateway.fallbacks.${name}[${index}]`, other)),
    ]),
    ...gatewayProblems({ ...gateway, models: judged }),
  ];
}

function checkPage(ui: Page, { models = {}, embeddings = {}, vectorStores = {} }: CheckInput): Problem[] {
  const taken = Object.entries({ models, embeddings, vectorStores })
    .flatMap(([section, entries]) => Object.keys(entries).map((name) => [section, name] as const))
    .filter(([, name]) => name === chatPageName || name === `${chatPageName}-cache`);
  return [
    ...checkExposure("genai:ui", ui),
    ...chatPageProblems(ui),
    ...taken.map(([section, name]) => ({
      path: `genai:${section}.${name}`,
      message: `"${name}" is the name of the chat page's own objects; rename it`,
    })),
  ];
}

function checkExposure(path: string, { host, expose }: Pick<Gateway, "host" | "expose">): Problem[] {
  if (host !== undefined && expose === undefined) {
    const message = "is missing: nothing would answer under host; say by what it is reached, or remove host";
    return [{ path: `${path}.expose`, message }];
  }
  if (host === undefined && expose !== undefined)
    return [{ path: `${path}.host`, message: "is missing; expose takes a host name such as chat.example.com" }];
  if (expose?.kind === "httpRoute" && expose.tlsSecret !== undefined) {
    const message = "belongs to an Ingress; a Gateway has its certificate at its listener; remove it";
    return [{ path: `${path}.expose.tlsSecret`, message }];
  }
  return [];
}
