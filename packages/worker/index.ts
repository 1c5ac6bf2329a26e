export { Queue, type Message, type QueueSettings } from "./queue/queue.ts";
export { work } from "./queue/work.ts";
