export { Queue } from "./queue/queue.ts";
export { work } from "./queue/work.ts";
