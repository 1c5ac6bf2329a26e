import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The answers at the beginning of what was received, and where what is not yet whole begins. */
interface Parsed {
  answers: RawAnswer[];
  rest: Buffer;
}

/**
 * Takes whole answers from the beginning of what was received.
 * @param ended Whether nothing follows: what has no length of its own is then whole.
 * @param toHead Whether the question was HEAD, whose answer has no body.
 */
export function takeAnswers(received: Buffer, ended: boolean, toHead = false): Parsed {
  const answers: RawAnswer[] = [];
  let rest = received;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) return { answers, rest };
    const [statusLine = "", ...lines] = rest.subarray(0, end).toString("latin1").split("\r\n");
    const status = Number(/^HTTP\/1\.[01] ([0-9]{3})/.exec(statusLine)?.[1]);
    if (!status) throw new Error(`no HTTP answer: ${JSON.stringify(statusLine.slice(0, 200))}`);
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
    );
    const after = rest.subarray(end + 4);
    const body = toHead || status < 200 || status === 204 ? { text: "", size: 0 } : takeBody(after, headers, ended);
    if (!body) return { answers, rest };
    rest = after.subarray(body.size);
    if (status >= 200) answers.push({ status, headers, body: body.text });
  }
}

/** A body and its size on the wire; nothing where it is not whole. */
function takeBody(after: Buffer, headers: Record<string, string>, ended: boolean) {
  const length = headers["content-length"];
  if (headers["transfer-encoding"] === "chunked") return takeChunks(after);
  if (length === undefined) return ended ? { text: after.toString(), size: after.length } : undefined;
  const size = Number(length);
  return after.length < size ? undefined : { text: after.subarray(0, size).toString(), size };
}

function takeChunks(after: Buffer) {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const line = after.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(after.subarray(at, line).toString("latin1"), 16);
    const next = line + 2 + size + 2;
    if (after.length < next) return undefined;
    if (size === 0) return { text: Buffer.concat(chunks).toString(), size: next };
    chunks.push(after.subarray(line + 2, line + 2 + size));
    at = next;
  }
}

/** What came of bytes that were written to a connection. */
export interface Exchange {
  answers: RawAnswer[];
  /** Whether the server has closed the connection. */
  closed: boolean;
}

/** A connection that writes bytes as they are. */
export class RawConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};
  #drained: () => void = () => {};
  closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (part) => {
      this.#received = this.#received.length ? Buffer.concat([this.#received, part]) : part;
      this.#wake();
    });
    // A server that closes while it is still being written to is an answer too.
    socket.on("error", () => {});
    socket.on("drain", () => this.#drained());
    for (const event of ["end", "close"])
      socket.on(event, () => {
        this.closed = true;
        this.#wake();
        this.#drained();
      });
  }

  /** @throws If nobody listens. */
  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: "127.0.0.1" });
    await once(socket, "connect");
    return new RawConnection(socket);
  }

  /** Writes, and waits until the system has taken it or the server has closed. */
  async write(bytes: Buffer | string): Promise<void> {
    if (this.closed || this.#socket.write(bytes)) return;
    await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  /** Waits for so many answers, or for the end, or until the time is up. */
  async answers(count: number, { milliseconds = 30_000, toHead = false } = {}): Promise<Exchange> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const { answers, rest } = takeAnswers(this.#received, this.closed, toHead);
      const left = deadline - Date.now();
      if (answers.length >= count || this.closed || left <= 0) {
        this.#received = rest;
        return { answers, closed: this.closed };
      }
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
