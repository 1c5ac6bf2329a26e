import { once } from "node:events";
import type { Checkout } from "../checkout.ts";

/**
 * Opens the deployed page for one browser, as its users do.
 * @param use Gets the address to enter by.
 * @throws {Error} If `genai open` fails.
 */
export async function throughDoor<Result>(
  checkout: Checkout,
  use: (address: string) => Promise<Result>,
): Promise<Result> {
  const opened = checkout.start("open", "chat-page", "--json");
  try {
    const line = await Promise.race([
      once(opened.stdout, "data").then(([data]) => String(data)),
      opened.then(({ all }) => Promise.reject(new Error(all))),
    ]);
    return await use((JSON.parse(line) as { address: string }).address);
  } finally {
    opened.kill("SIGINT");
    const { exitCode, all } = await opened;
    if (exitCode !== 0) throw new Error(`genai open: ${all}`);
  }
}
