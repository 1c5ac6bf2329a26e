import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { BesiegedGateway } from "./besieged-gateway.ts";
import { RawConnection } from "./raw-http.ts";
import { type Header, keys, type KeyOwner, requestBytes } from "./request.ts";

const piece = Buffer.alloc(2 ** 20, "x");

/** Sends a body of so many bytes as fast as it is taken; gives what came back, and how much had been taken by then. */
export async function flood(
  { port }: BesiegedGateway,
  { key, bytes, chunked }: { key: KeyOwner; bytes: number; chunked: boolean },
): Promise<{ statuses: number[]; answeredAt: number }> {
  const connection = await RawConnection.open(port);
  const length: Header = chunked ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(bytes)];
  await connection.write(requestBytes({ key, headers: [["Content-Type", "application/json"], length] }));
  const statuses: number[] = [];
  let answeredAt = 0;
  for (let taken = 0; taken < bytes && !connection.closed; taken += piece.length) {
    if (chunked) await connection.write(`${piece.length.toString(16)}\r\n`);
    await connection.write(piece);
    if (chunked) await connection.write("\r\n");
    if (statuses.length === 0) answeredAt = taken + piece.length;
    statuses.push(...(await connection.answers(1, { milliseconds: 1 })).answers.map(({ status }) => status));
  }
  const { answers } = await connection.answers(1, { milliseconds: statuses.length > 0 ? 1 : 5_000 });
  connection.close();
  return { statuses: [...statuses, ...answers.map(({ status }) => status)], answeredAt };
}

/** Connections on which a request has begun and does not end: a body of which one byte came, or headers without an end. */
export function stalled(
  { port }: BesiegedGateway,
  count: number,
  declared: number | undefined,
): Promise<RawConnection[]> {
  const begun =
    declared === undefined
      ? `POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer ${keys.research}\r\n`
      : `${requestBytes({
          headers: [
            ["Content-Type", "application/json"],
            ["Content-Length", String(declared)],
          ],
        }).toString()}{`;
  return Promise.all(
    Array.from({ length: count }, async () => {
      const connection = await RawConnection.open(port);
      await connection.write(begun);
      return connection;
    }),
  );
}

/** Sends the same request so often at a time, and gives the statuses with how often each came; 0 is a connection without an answer. */
export async function together(
  { port }: BesiegedGateway,
  count: number,
  request: Buffer,
): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  await Promise.all(
    Array.from({ length: count }, async () => {
      const connection = await RawConnection.open(port);
      await connection.write(request);
      const { answers } = await connection.answers(1, { milliseconds: 120_000 });
      connection.close();
      const status = answers[0]?.status ?? 0;
      statuses[status] = (statuses[status] ?? 0) + 1;
    }),
  );
  return statuses;
}

/** Asks for streams, and reads nothing of them but their beginnings. */
export function unread({ port }: BesiegedGateway, count: number, request: Buffer): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.on("error", () => {});
      await once(socket, "connect");
      socket.write(request);
      await once(socket, "readable");
      return socket;
    }),
  );
}
