import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { assert } from "@genai/testing";
import { enter, visit, webSocket } from "./live/visitor.ts";
import { openServiceDoor, type ServiceDoor } from "./service-door.ts";

const endpoint = "http://chat-page.tenant-research.svc.cluster.local:8080";
const credentials = `Basic ${Buffer.from("genai:the-token").toString("base64")}`;

describe("the door to a service", () => {
  let proxy: Server;
  let door: ServiceDoor;
  let address: URL;
  /** What arrived at the cluster's proxy. */
  let arrived: Pick<IncomingMessage, "url" | "headers">[];

  const ask = (path: string, headers?: Record<string, string>) => visit(address, path, headers);

  beforeEach(async () => {
    arrived = [];
    proxy = createServer((incoming, response) => {
      arrived.push(incoming);
      if (incoming.url?.endsWith("/redirect")) response.writeHead(302, { Location: `${endpoint}/next` });
      response.end("from the service");
    });
    proxy.on("upgrade", (incoming, socket) => {
      arrived.push(incoming);
      socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    });
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    const { port } = proxy.address() as AddressInfo;
    const access = { address: `http://127.0.0.1:${port}`, username: "genai", password: "the-token" };
    door = await openServiceDoor("chat-page", endpoint, access);
    address = new URL(door.address);
  });

  afterEach(async () => {
    await door.close();
    proxy.closeAllConnections();
    proxy.close();
  });

  it("lets the first visitor in, who gets a cookie, and no second one by the same address", async () => {
    assert.match(address.hostname, /^chat-page-[0-9a-f]{16}\.localhost$/);
    const { status, headers } = await ask(address.pathname);
    assert.deepEqual([status, headers.location], [303, "/"]);
    const [cookie = ""] = headers["set-cookie"] ?? [];
    assert.match(cookie, /^genai-open=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.equal((await ask(address.pathname)).status, 401);
    assert.equal((await ask("/", { Cookie: cookie.split(";")[0] ?? "" })).body, "from the service");
  });

  it("refuses everybody else, and nothing of theirs reaches the cluster", async () => {
    const cookie = await enter(address);
    const strangers: [string, Record<string, string>][] = [
      ["/", {}],
      ["/", { Cookie: "genai-open=guessed" }],
      ["/", { Cookie: `${cookie}; genai-open=guessed` }],
      ["/", { Cookie: cookie, Host: `127.0.0.1:${address.port}` }],
      ["/", { Cookie: cookie, Host: `rebound.example:${address.port}` }],
      ["/", { Cookie: cookie, Origin: "http://127.0.0.1:9" }],
      ["/.genai-open/guessed", {}],
      ["/socket", webSocket],
      ["/socket", { ...webSocket, Cookie: cookie, Origin: "http://elsewhere.example" }],
    ];
    for (const [path, headers] of strangers) {
      const { status, body } = await ask(path, headers);
      assert.equal(status, 401, JSON.stringify([path, headers]));
      assert.match(body, /npx genai open/);
    }
    assert.deepEqual(arrived, []);
  });

  it("stays open when a stranger hangs up in the middle", async () => {
    for (let round = 0; round < 20; round++) {
      const stranger = connect(Number(address.port), "127.0.0.1");
      await once(stranger, "connect");
      const request = "GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
      await new Promise((resolve) => stranger.write(request.repeat(50), resolve));
      stranger.resetAndDestroy();
    }
    assert.equal((await ask("/", { Cookie: await enter(address) })).body, "from the service");
  });

  it("speaks to the service through the cluster's proxy with its token, and keeps the cookie to itself", async () => {
    const cookie = await enter(address);
    await ask("/api?a=1", { Cookie: `${cookie}; token=own`, Origin: address.origin });
    const [request] = arrived;
    assert.equal(request?.url, `${endpoint}/api?a=1`);
    assert.equal(request.headers["proxy-authorization"], credentials);
    assert.equal(request.headers.host, new URL(endpoint).host);
    assert.equal(request.headers.origin, undefined);
    assert.equal(request.headers.cookie, "token=own");
  });

  it("carries WebSockets, and turns the service's own redirects into the door's", async () => {
    const Cookie = await enter(address);
    assert.equal((await ask("/socket", { ...webSocket, Cookie, Origin: address.origin })).status, 101);
    assert.equal(arrived[0]?.url, `${endpoint}/socket`);
    assert.equal(arrived[0].headers["proxy-authorization"], credentials);
    const { headers } = await ask("/redirect", { Cookie });
    assert.equal(headers.location, `${address.origin}/next`);
  });
});
