import { assert, temporaryDirectory } from "@genai/testing";
import { BesiegedGateway } from "./adversary/besieged-gateway.ts";
import { numbers, places, spellings, textsOf, tokens } from "./adversary/filtered-places.ts";
import { answers, pieces, streams } from "./adversary/filtered-answers.ts";

const mail = "ada@example.com";
const card = "4111 1111 1111 1111";

describe("guardrails of the gateway: addresses are masked and cards refused, wherever they stand", function () {
  this.timeout(300_000);
  let gateway: BesiegedGateway;

  before(async () => {
    gateway = await BesiegedGateway.start(temporaryDirectory("guardrails"), { email: "mask", credit_card: "block" });
  });
  after(() => gateway?.stop());

  const asked = () => Object.values(gateway.upstreams).flatMap((upstream) => upstream.asked);
  /** What a request is answered, and the texts that its model got. */
  const tried = async (target: string, body: string | object) => {
    for (const upstream of Object.values(gateway.upstreams)) upstream.asked.length = 0;
    const [answer] = await gateway.exchange({ target, body });
    return {
      status: answer?.status ?? 0,
      body: answer?.body ?? "",
      got: asked().flatMap((each) => textsOf(each.body)),
    };
  };

  it("lets a harmless text through, everywhere", async () => {
    const lost: string[] = [];
    for (const [name, place] of Object.entries(places)) {
      const { target, body } = place("harmless");
      const { status, body: said, got } = await tried(target, body);
      if (status !== 200 || !got.some((text) => text.includes("harmless")))
        lost.push(`${name}: ${status} ${said.slice(0, 200)}`);
    }
    assert.deepEqual(lost, []);
  });

  it("masks an address, everywhere and in every spelling", async () => {
    const holes: string[] = [];
    for (const [name, place] of Object.entries(places))
      for (const [spelling, spelt] of Object.entries(spellings)) {
        const { target, body } = place(`Write to ${mail} today`);
        const { status, got } = await tried(target, spelt(JSON.stringify(body)));
        if (got.some((text) => text.includes(mail))) holes.push(`${name}, ${spelling}: the model got it`);
        if (status !== 200 && status !== 400) holes.push(`${name}, ${spelling}: ${status}`);
      }
    assert.deepEqual(holes, []);
  });

  it("refuses a card's number, everywhere and in every spelling, before its model is asked", async () => {
    const holes: string[] = [];
    for (const [name, place] of Object.entries(places))
      for (const [spelling, spelt] of Object.entries(spellings)) {
        const { target, body } = place(`Pay with ${card} now`);
        const { status, got } = await tried(target, spelt(JSON.stringify(body)));
        if (status !== 400 || got.length > 0) holes.push(`${name}, ${spelling}: ${status}`);
      }
    assert.deepEqual(holes, []);
  });

  it("looks into JSON within texts as a model does", async () => {
    const holes: string[] = [];
    for (const text of [mail, card]) {
      const { target, body } = places["a user's message"]?.("x") ?? assert.fail("no place");
      const escaped = Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
      const call = { id: "c", type: "function", function: { name: "look", arguments: `{"to":"${escaped}"}` } };
      const messages = [
        { role: "user", content: "x" },
        { role: "assistant", content: null, tool_calls: [call] },
      ];
      const { got } = await tried(target, { ...body, messages });
      if (got.some((each) => each.includes(text))) holes.push(text);
    }
    assert.deepEqual(holes, []);
  });

  it("finds a card's number that is no text", async () => {
    const holes: string[] = [];
    for (const [name, { target, body }] of Object.entries(numbers)) {
      const { got } = await tried(target, body);
      if (got.some((text) => text.includes("4111111111111111"))) holes.push(name);
    }
    assert.deepEqual(holes, []);
  });

  it("refuses tokens, which it cannot read", async () => {
    for (const [name, { target, body }] of Object.entries(tokens)) {
      const { status, got } = await tried(target, body);
      assert.deepEqual([status, got.length], [400, 0], name);
    }
  });

  it("masks and refuses in whole answers, wherever a text stands", async () => {
    const holes: string[] = [];
    for (const [name, { target, question, answer }] of Object.entries(answers)) {
      for (const [text, statuses] of [
        ["harmless", [200]],
        [mail, [200]],
        [card, [400]],
      ] as const) {
        gateway.answerWith("chat", answer(`Write ${text} down`));
        const { status, body } = await tried(target, question);
        if (!(statuses as readonly number[]).includes(status)) holes.push(`${name}: ${status} for ${text}`);
        const texts = textsOf(JSON.parse(body));
        const seen = texts.some((each) => each.includes(text));
        if (seen !== (text === "harmless")) holes.push(`${name}: ${text} is ${seen ? "seen" : "not seen"}`);
      }
    }
    assert.deepEqual(holes, []);
  });

  it("masks an address in a stream, however it is cut", async () => {
    const said = `Write to ${mail} today, please.`;
    const wanted = "Write to [EMAIL_REDACTED] today, please.";
    const holes: string[] = [];
    for (const [name, { target, question, events, written }] of Object.entries(streams))
      for (const cut of pieces(said)) {
        gateway.streamWith("chat", events(cut));
        const { body } = await tried(target, question);
        const text = written(body);
        if (text !== wanted) holes.push(`${name}, cut as ${JSON.stringify(cut)}: ${JSON.stringify(text)}`);
        if (body.includes(mail)) holes.push(`${name}: whole somewhere else: ${body.slice(0, 600)}`);
      }
    assert.deepEqual(holes, []);
  });

  it("masks an address in a stream whose bytes come one by one", async () => {
    for (const [name, { target, question, events, written }] of Object.entries(streams)) {
      const bytes = Buffer.from(events(["Écrire à ada@exa", "mple.com 🙂 aujourd'hui."]).join(""));
      const cuts = Array.from({ length: 40 }, (_, at) => Math.floor((bytes.length * at) / 40));
      for (const at of cuts) {
        gateway.streamWith("chat", [bytes.subarray(0, at), bytes.subarray(at, at + 1), bytes.subarray(at + 1)]);
        const { body } = await tried(target, question);
        assert.equal(written(body), "Écrire à [EMAIL_REDACTED] 🙂 aujourd'hui.", `${name}, cut at byte ${at}`);
      }
    }
  });

  it("ends a stream before a card's number", async () => {
    for (const [name, { target, question, events }] of Object.entries(streams))
      for (const cut of pieces(`Pay with ${card} now, please. Thank you.`)) {
        gateway.streamWith("chat", events(cut));
        const { body } = await tried(target, question);
        assert.ok(!body.includes("1111"), `${name}: ${body}`);
        assert.ok(body.includes("content_policy_violation"), `${name}: ${body}`);
      }
  });

  it("writes none of it into its log", () => {
    assert.deepEqual(
      [mail, card, "4111111111111111", "harmless"].filter((text) => gateway.said.includes(text)),
      [],
    );
  });
});
