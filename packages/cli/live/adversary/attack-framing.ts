import type { Attack, Mark } from "./attack.ts";
import { keys, ordinaryBody, requestBytes, type Header, type KeyOwner } from "./request.ts";
import { modelsOf } from "./tenants.ts";

/** Requests whose ends are in dispute, and several in one piece: each answered for itself, or the connection is given up. */
export function framingAttacks(mark: Mark): Attack[] {
  const chat = (key: KeyOwner) => JSON.stringify(ordinaryBody("/v1/chat/completions", mark(key)));
  const whole = (key: KeyOwner, more: object = {}) =>
    requestBytes({ key, body: { ...JSON.parse(chat(key)), ...more } });
  const alone = { alone: true } as const;
  const inPieces = (
    what: string,
    requests: readonly Buffer[],
    expected: readonly (readonly number[])[],
    key: KeyOwner = "research",
  ) => ({
    what,
    key,
    expected,
    bytes: Buffer.concat(requests),
    ...alone,
  });
  const usual = (key: KeyOwner, length: Header[], body: string, more: readonly Header[] = []): Buffer =>
    requestBytes({
      key,
      onlyHeaders: [
        ["Host", "gateway"],
        ...(key === "none" ? [] : [["Authorization", `Bearer ${keys[key]}`] as const]),
        ["Content-Type", "application/json"],
        ...length,
        ...more,
      ],
      body,
    });
  /** A request whose body hides another; never are there two answers that are no refusal. */
  const hidden = (what: string, length: Header[], before: string, expected: readonly number[]) =>
    inPieces(
      what,
      [usual("research", length, before + requestBytes({ key: "none", body: chat("none") }).toString())],
      [expected],
      "research",
    );
  const size = (text: string) => ["Content-Length", String(Buffer.byteLength(text))] as const;
  const body = chat("research");
  const chunked = ["Transfer-Encoding", "chunked"] as const;
  const chunks = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`;
  const refused = [400, 411, 413, 501];
  return [
    inPieces("an own request, then one without a key", [whole("research"), whole("none")], [[200], [401]]),
    inPieces("an own request, then one with nobody's key", [whole("research"), whole("nobody")], [[200], [401]]),
    inPieces(
      "an own request, then one for the neighbour's model",
      [whole("research"), whole("research", { model: modelsOf.support.chat })],
      [[200], [404]],
    ),
    inPieces(
      "five at once",
      Array.from({ length: 5 }, () => whole("research")),
      [[200], [200], [200], [200], [200]],
    ),
    // What comes behind a request that is not read is not read either.
    inPieces("one without a key, then an own request", [whole("none"), whole("research")], [[401]]),
    inPieces(
      "a body that is a request",
      [usual("none", [["Content-Length", "5000"]], whole("research").toString())],
      [[401]],
      "none",
    ),
    hidden("two lengths", [size(body), ["Content-Length", "5"]], body, refused),
    hidden("two lengths in one", [["Content-Length", `${Buffer.byteLength(body)}, 5`]], body, refused),
    hidden("a length with a sign", [["Content-Length", `+${Buffer.byteLength(body)}`]], body, refused),
    hidden("a length in hexadecimal", [["Content-Length", "0x10"]], body, refused),
    hidden("a negative length", [["Content-Length", "-1"]], body, refused),
    hidden("a length of 30 digits", [["Content-Length", "9".repeat(30)]], body, refused),
    hidden("a length and chunks", [size(body), chunked], chunks(body), refused),
    hidden("chunks and a length", [chunked, ["Content-Length", "4"]], chunks(body), refused),
    hidden("chunks twice", [chunked, chunked], chunks(body), refused),
    hidden("chunks and something", [["Transfer-Encoding", "chunked, identity"]], chunks(body), refused),
    hidden("chunks of gzip", [["Transfer-Encoding", "gzip, chunked"]], chunks(body), [...refused, 415]),
    hidden("chunks with a tab", [["Transfer-Encoding", "\tchunked"], size(body)], chunks(body), refused),
    hidden("chunks misspelt", [["Transfer-Encoding", "xchunked"], size(body)], body, refused),
    hidden("chunks with a colon before", [["Transfer-Encoding ", "chunked"], size(body)], chunks(body), refused),
    hidden("a chunk of a wrong size", [chunked], `5\r\n${body}\r\n0\r\n\r\n`, refused),
    hidden("a chunk of a negative size", [chunked], `-5\r\n${body}\r\n0\r\n\r\n`, refused),
    hidden("a chunk size of 40 digits", [chunked], `${"f".repeat(40)}\r\n${body}\r\n0\r\n\r\n`, refused),
    inPieces("ordinary chunks", [usual("research", [chunked], chunks(body))], [[200]]),
    inPieces(
      "a header over two lines",
      [usual("research", [size(body)], body, [["X-A", "b\r\n Authorization: c"]])],
      [[200, 400]],
    ),
    inPieces("a header without a colon", [Buffer.from("GET /v1/models HTTP/1.1\r\nHost\r\n\r\n")], [[400]], "none"),
    inPieces("a header with a NUL", [usual("research", [size(body)], body, [["X-A", "b\0c"]])], [[400]]),
    inPieces(
      "a header with a bare line feed",
      [usual("none", [size(body)], body, [["X-A", `b\nAuthorization: Bearer x`]])],
      [[400, 401]],
      "none",
    ),
    inPieces("two hosts", [usual("research", [size(body)], body, [["Host", "other"]])], [[200, 400]]),
    inPieces(
      "no host",
      [
        requestBytes({
          onlyHeaders: [["Authorization", `Bearer ${keys.research}`]],
          method: "GET",
          target: "/v1/models",
        }),
      ],
      [[400]],
    ),
    inPieces(
      "200 headers of 1 kB",
      [
        usual(
          "research",
          [size(body)],
          body,
          Array.from({ length: 200 }, (_, at) => [`X-${at}`, "x".repeat(1000)]),
        ),
      ],
      [[400, 431]],
    ),
    inPieces(
      "2,000 headers",
      [
        usual(
          "research",
          [size(body)],
          body,
          Array.from({ length: 2000 }, (_, at) => [`X-${at}`, "x"]),
        ),
      ],
      [[200, 400, 431]],
    ),
    inPieces("a target of 100 kB", [requestBytes({ target: `/v1/${"x".repeat(100_000)}`, body })], [[400, 404, 414]]),
    inPieces("a target that is no text", [requestBytes({ target: "/v1/chat\x01", body })], [[400, 404]]),
    inPieces("HTTP/1.0", [requestBytes({ version: "HTTP/1.0", body })], [[200, 400, 505]]),
    inPieces("HTTP/0.9", [Buffer.from("GET /v1/models\r\n\r\n")], [[400]], "none"),
    inPieces("HTTP/2", [Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")], [[404], [400]], "none"),
    inPieces("HTTP/3.7", [requestBytes({ version: "HTTP/3.7", body })], [[200, 400, 505]]),
    inPieces("a TLS hello", [Buffer.from("16030100050100000100", "hex")], [[400]], "none"),
    inPieces("CONNECT", [Buffer.from("CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n")], [[400, 404, 405]], "none"),
    inPieces("OPTIONS *", [Buffer.from("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")], [[404, 405]], "none"),
    ...["/v1/realtime?model=code", "/v1/responses", "/realtime", "/v1/chat/completions"].map((target) =>
      inPieces(
        `a WebSocket at ${target}`,
        [
          requestBytes({
            method: "GET",
            target,
            headers: [
              ["Connection", "Upgrade"],
              ["Upgrade", "websocket"],
              ["Sec-WebSocket-Version", "13"],
              ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
            ],
          }),
        ],
        [[400, 403, 404, 405]],
      ),
    ),
    inPieces(
      "HTTP/2 by upgrade",
      [
        usual("research", [size(body)], body, [
          ["Connection", "Upgrade, HTTP2-Settings"],
          ["Upgrade", "h2c"],
          ["HTTP2-Settings", ""],
        ]),
      ],
      [[200, 400]],
    ),
  ];
}
