import { setTimeout as delay } from "node:timers/promises";
import { proxyRequest } from "../proxy-request.ts";

/** A client of a tenant that asks the gateway again and again. */
export interface TenantClient {
  /** How often it got which status; 0 where nobody answered. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Ends it, after one question at least. */
  stop(): Promise<void>;
}

/** Starts a client that asks a model four times a second, below the limits of the `dev` stack. */
export function startTenantClient(proxy: string, key: string, model: string): TenantClient {
  const statuses = new Map<number, number>();
  let ending = false;
  const url = "http://gateway.genai-gateway.svc.cluster.local:4000/v1/chat/completions";
  const body = { model, messages: [{ role: "user", content: "One of many" }] };
  const running = (async () => {
    do {
      const status = await proxyRequest(proxy, url, { headers: { Authorization: `Bearer ${key}` }, body }).then(
        (answer) => answer.status,
        () => 0,
      );
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      await delay(250);
    } while (!ending);
  })();
  return {
    statuses,
    stop: async () => {
      ending = true;
      await running;
    },
  };
}
