import type { Mark } from "./attack.ts";
import type { BesiegedGateway } from "./besieged-gateway.ts";
import { RawConnection } from "./raw-http.ts";
import { ordinaryBody, requestBytes } from "./request.ts";
import type { Tenant } from "./tenants.ts";

/** Longer than any client waits for an answer that takes a server of its own no time at all. */
const patience = 30_000;

/** The status that a tenant's ordinary question is answered with; 0 where there is no answer. */
export async function ordinaryStatus({ port }: BesiegedGateway, tenant: Tenant, mark: Mark): Promise<number> {
  const path = "/v1/chat/completions";
  const connection = await RawConnection.open(port);
  await connection.write(requestBytes({ target: path, key: tenant, body: ordinaryBody(path, mark(tenant), tenant) }));
  const { answers } = await connection.answers(1, { milliseconds: patience });
  connection.close();
  return answers[0]?.status ?? 0;
}

/** Statuses that the neighbour's questions are answered with, one after the other, until `pressure` is over. */
export async function neighbourDuring(
  gateway: BesiegedGateway,
  mark: Mark,
  pressure: () => Promise<unknown>,
): Promise<{ statuses: number[]; duringIt: number }> {
  const statuses: number[] = [];
  let over = false;
  let duringIt = 0;
  const asking = (async () => {
    while (!over) {
      const status = await ordinaryStatus(gateway, "support", mark);
      statuses.push(status);
      if (!over) duringIt++;
    }
  })();
  try {
    await pressure();
  } finally {
    over = true;
    await asking;
  }
  return { statuses, duringIt };
}
