import { Redis } from "ioredis";

/** Where a queue is, and how it treats messages whose work fails. */
export interface QueueSettings {
  host: string;
  port: number;
  /** Password of the server. @default none */
  password?: string;
  /** Name of the stream of waiting messages. */
  name: string;
  /** Name of this worker among those of the queue; each process has its own. */
  consumer: string;
  /** How often a message is handed out before it is put aside. */
  maximumDeliveries: number;
  /** Milliseconds without a sign of life after which a message goes to another worker. */
  reclaimMilliseconds: number;
  /** Seconds that an answer is kept. */
  resultSeconds: number;
}

/** A message as a worker gets it. */
export interface Message {
  /** The number that the queue gave it: `<millisecond>-<counter>`. */
  id: string;
  /** What is to be done, as the sender wrote it. */
  body: string;
  /** How often it was handed out, this time included. */
  deliveries: number;
}

/** How much waits. */
export interface Backlog {
  /** Messages that wait or are being worked on. */
  messages: number;
  /** Seconds since the oldest of them was added; 0 where there is none. */
  ageSeconds: number;
  /** Messages that were put aside. */
  putAside: number;
}

/** The consumer group that all workers of a queue share. */
const group = "workers";

/**
 * How messages end: all of it or nothing, and in a queue that is full too, which would otherwise never empty again. `flags` is of
 * Redis 7 and Valkey.
 */
const scripts = {
  done: `#!lua flags=allow-oom
if ARGV[3] then redis.call("SET", KEYS[2], ARGV[3], "EX", ARGV[4]) end
redis.call("XACK", KEYS[1], ARGV[2], ARGV[1])
return redis.call("XDEL", KEYS[1], ARGV[1])`,
  putAside: `#!lua flags=allow-oom
redis.call("XADD", KEYS[2], "*", unpack(ARGV, 3))
redis.call("XACK", KEYS[1], ARGV[2], ARGV[1])
return redis.call("XDEL", KEYS[1], ARGV[1])`,
} as const;

/**
 * A queue in a Valkey stream. A message is handed out at least once: it stays on the stream until its work is done, and goes to another
 * worker when the one that has it stops giving signs of life. Answers are kept under the message's number, so that work which was done
 * twice still leaves one answer.
 */
export class Queue {
  readonly #settings: QueueSettings;
  readonly #client: Redis;
  /** Waits for messages, which blocks a connection. */
  readonly #reader: Redis;
  #cursor = "0-0";

  constructor(settings: QueueSettings) {
    this.#settings = settings;
    const { host, port, password } = settings;
    // Commands wait while the server is away, rather than fail: a restart of it costs time and nothing else.
    this.#client = new Redis({ host, port, password, lazyConnect: true, maxRetriesPerRequest: null });
    this.#reader = this.#client.duplicate();
    for (const client of [this.#client, this.#reader]) client.on("error", () => {}); // It connects again by itself.
  }

  /** Makes the stream and the group of its workers, where they are not there. */
  async open(): Promise<void> {
    try {
      await this.#client.xgroup("CREATE", this.#settings.name, group, "0", "MKSTREAM");
    } catch (error) {
      if (!String(error).includes("BUSYGROUP")) throw error;
    }
  }

  /** Adds a message and returns its number. */
  async add(body: string): Promise<string> {
    return (await this.#client.xadd(this.#settings.name, "*", "body", body)) ?? "";
  }

  /**
   * The next messages: those that another worker left behind first, then new ones, for which it waits.
   * @param waitMilliseconds How long it waits for new ones; at least 1.
   */
  async take(count: number, waitMilliseconds: number): Promise<Message[]> {
    const { name, consumer } = this.#settings;
    const left = await this.#takeLeft(count);
    if (left.length > 0) return left;
    const answer = (await this.#reader.xreadgroup(
      "GROUP",
      group,
      consumer,
      "COUNT",
      count,
      "BLOCK",
      waitMilliseconds,
      "STREAMS",
      name,
      ">",
    )) as [string, Entry[]][] | null;
    return (answer?.[0]?.[1] ?? []).map((entry) => ({ ...messageOf(entry), deliveries: 1 }));
  }

  async #takeLeft(count: number): Promise<Message[]> {
    const { name, consumer, reclaimMilliseconds } = this.#settings;
    const [cursor, entries] = (await this.#client.xautoclaim(
      name,
      group,
      consumer,
      reclaimMilliseconds,
      this.#cursor,
      "COUNT",
      count,
    )) as [string, (Entry | null)[]];
    this.#cursor = cursor;
    const present = entries.filter((entry): entry is Entry => entry !== null && entry[1] !== null);
    return Promise.all(
      present.map(async (entry) => {
        const [pending] = (await this.#client.xpending(name, group, entry[0], entry[0], 1)) as [
          string,
          string,
          number,
          number,
        ][];
        return { ...messageOf(entry), deliveries: pending?.[3] ?? 1 };
      }),
    );
  }

  /** Says that a message is still being worked on, so that no other worker gets it. */
  async keep({ id }: Message): Promise<void> {
    const { name, consumer } = this.#settings;
    await this.#client.xclaim(name, group, consumer, 0, id, "JUSTID");
  }

  /** Takes a message off the queue, its work done, and keeps the answer if there is one: both or neither. */
  async done({ id }: Message, answer?: string): Promise<void> {
    const { name, resultSeconds } = this.#settings;
    const kept = answer === undefined ? [] : [answer, resultSeconds];
    await this.#client.eval(scripts.done, 2, name, `${name}:result:${id}`, id, group, ...kept);
  }

  /** Moves a message to the stream of those put aside, `<name>:dead`, with the reason. */
  async putAside({ id, body, deliveries }: Message, reason: string): Promise<void> {
    const { name } = this.#settings;
    const fields = { body, id, reason, deliveries: String(deliveries), at: new Date().toISOString() };
    await this.#client.eval(scripts.putAside, 2, name, `${name}:dead`, id, group, ...Object.entries(fields).flat());
  }

  /** The answer to a message, while it is kept. */
  async result(id: string): Promise<string | undefined> {
    return (await this.#client.get(`${this.#settings.name}:result:${id}`)) ?? undefined;
  }

  /** How much waits now. Finished messages leave the stream, so its length is the backlog. */
  async backlog(): Promise<Backlog> {
    const { name } = this.#settings;
    const [messages, putAside, [oldest]] = await Promise.all([
      this.#client.xlen(name),
      this.#client.xlen(`${name}:dead`),
      this.#client.xrange(name, "-", "+", "COUNT", 1) as Promise<Entry[]>,
    ]);
    const ageSeconds = oldest ? Math.max(0, (Date.now() - Number(oldest[0].split("-")[0])) / 1000) : 0;
    return { messages, ageSeconds, putAside };
  }

  /** Whether the server answers within a second. */
  async answers(): Promise<boolean> {
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, 1000, false).unref());
    const answer = this.#client.ping().then(
      () => true,
      () => false,
    );
    return Promise.race([answer, late]);
  }

  /** Ends the connections; a worker without messages leaves the group, one with some leaves them to the others. */
  async close(): Promise<void> {
    const { name, consumer } = this.#settings;
    const own = (await this.#client.xpending(name, group, "-", "+", 1, consumer)) as unknown[];
    if (own.length === 0) await this.#client.xgroup("DELCONSUMER", name, group, consumer);
    this.disconnect();
  }

  /** Drops the connections at once, whatever is under way. */
  disconnect(): void {
    this.#reader.disconnect();
    this.#client.disconnect();
  }
}

/** A stream's entry: its number, and its fields' names and values in turn; no fields where it was removed. */
type Entry = [id: string, fields: string[] | null];

function messageOf([id, fields]: Entry): { id: string; body: string } {
  const place = fields?.findIndex((field, index) => index % 2 === 0 && field === "body") ?? -1;
  return { id, body: place < 0 ? "" : (fields?.[place + 1] ?? "") };
}
