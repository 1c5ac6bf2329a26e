import { once } from "node:events";
import { proxyRequest } from "../../proxy-request.ts";
import type { Checkout } from "../checkout.ts";
import { type Found, ordinaryVisit, user } from "./journey.ts";

const namespace = "tenant-research";

/**
 * An ordinary visit to the page of the deployed `dev` stack, through `genai open`; the administrator adds the user before.
 * @param proxy The cluster's HTTP proxy, as `up` names it.
 * @param run Name of the run, for its screenshots.
 */
export async function deployedVisit(checkout: Checkout, proxy: string, run: string): Promise<Found> {
  const ask = async (path: string, body: object, headers = {}) => {
    const url = `http://chat-page.${namespace}.svc.cluster.local:8080/api/v1/auths${path}`;
    const answer = await proxyRequest(proxy, url, { headers, body });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return answer.body;
  };
  const secret = ["get", "secret", "chat-page", "-o", "jsonpath={.data.administrator-password}"];
  const password = Buffer.from(await checkout.kubectl("dev", "-n", namespace, ...secret), "base64").toString();
  const signedIn = await ask("/signin", { email: "administrator@localhost", password });
  const { token } = JSON.parse(signedIn) as { token: string };
  await ask("/add", user, { Authorization: `Bearer ${token}` });
  return throughDoor(checkout, (address) => ordinaryVisit(run, address));
}

/** Opens the page for one browser, as its users do. @param use Gets the address to enter by. */
async function throughDoor<Result>(checkout: Checkout, use: (address: string) => Promise<Result>): Promise<Result> {
  const opened = checkout.start("open", "chat-page", "--json");
  try {
    const line = await Promise.race([
      once(opened.stdout, "data").then(([data]) => String(data)),
      opened.then(({ all }) => Promise.reject(new Error(all))),
    ]);
    return await use((JSON.parse(line) as { address: string }).address);
  } finally {
    opened.kill("SIGINT");
    await opened;
  }
}
