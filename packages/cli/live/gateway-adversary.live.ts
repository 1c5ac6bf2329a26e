import { assert, temporaryDirectory } from "@genai/testing";
import { attack, type Attack, marks } from "./adversary/attack.ts";
import { fieldAttacks, modelAttacks, syntaxAttacks } from "./adversary/attack-bodies.ts";
import { framingAttacks } from "./adversary/attack-framing.ts";
import { contentAttacks, headerAttacks, keyAttacks, targetAttacks } from "./adversary/attack-places.ts";
import { routeAttacks } from "./adversary/attack-routes.ts";
import { BesiegedGateway, cachePassword, type GatewayState, type Surface } from "./adversary/besieged-gateway.ts";
import { heavyRequests } from "./adversary/heavy-requests.ts";
import { neighbourDuring, ordinaryStatus } from "./adversary/neighbour.ts";
import { flood, stalled, together, unread } from "./adversary/pressure.ts";
import type { RawConnection } from "./adversary/raw-http.ts";
import { refusalProblems } from "./adversary/refusals.ts";
import { type KeyOwner, keys, ordinaryBody, requestBytes, servedPaths } from "./adversary/request.ts";
import { Seeded } from "./adversary/seeded.ts";
import { besiege, report, trespasses } from "./adversary/siege.ts";
import { modelsOf, spareModel, type Tenant } from "./adversary/tenants.ts";
import { eventually } from "./programs.ts";

const seeded = new Seeded(Number(process.env["GENAI_SEED"] ?? Date.now() % 2 ** 31));

describe(`the gateway under attack, by a tenant and by strangers (GENAI_SEED=${seeded.seed})`, function () {
  this.timeout(300_000);
  const mark = marks();
  let gateway: BesiegedGateway;
  let surface: Surface;
  let untouched: GatewayState;
  let slowBodies: RawConnection[] = [];
  let slowHeaders: RawConnection[] = [];
  let sent = 0;

  const ordinary = (tenant: Tenant): Attack[] =>
    servedPaths.map((target) =>
      attack(`ordinary at ${target}`, { target, key: tenant, body: ordinaryBody(target, mark(tenant), tenant) }, 200),
    );
  const besieged = async (attacks: Attack[]) => {
    sent += attacks.length;
    const failures = await besiege(gateway, seeded.shuffled(attacks));
    assert.equal(failures.length, 0, report(failures, seeded.seed));
  };
  const asked = (model: string) => gateway.upstreams[model]?.asked.length ?? 0;

  /** Asks until research's model answers itself, which it does again some seconds after it failed. */
  const untilAsked = async (model: string) => {
    const before = asked(model);
    while (asked(model) === before) assert.equal(await ordinaryStatus(gateway, "research", mark), 200);
  };

  before(async () => {
    gateway = await BesiegedGateway.start(temporaryDirectory("besieged"), {});
    // What is loaded with the first request of a kind, is loaded before the first look.
    const failures = await besiege(gateway, [...ordinary("research"), ...ordinary("support")]);
    assert.equal(failures.length, 0, report(failures, seeded.seed));
    surface = await gateway.surface();
    untouched = await gateway.state();
    gateway.forgetPeak();
    slowBodies = await stalled(gateway, 200, 1000);
    slowHeaders = await stalled(gateway, 50, undefined);
  });
  after(() => gateway?.stop());

  it("serves no route of LiteLLM's own, however it is spelt", () => besieged(routeAttacks(surface, mark, seeded)));
  it("reads a path byte for byte, and no query", () => besieged(targetAttacks(mark, seeded)));
  it("takes one key in one place", () => besieged(keyAttacks(mark)));
  it("drops headers", () => besieged(headerAttacks(surface, mark, seeded)));
  it("takes JSON alone", () => besieged(contentAttacks(mark)));
  it("refuses every setting of LiteLLM's in a body by its name", () => besieged(fieldAttacks(surface, mark, seeded)));
  it("takes one model by one name", () => besieged(modelAttacks(surface, mark)));
  it("reads no JSON that could be read in two ways", () => besieged(syntaxAttacks(mark)));
  it("tells requests on one connection apart", () => besieged(framingAttacks(mark)));

  it("has answered more than 5,000 requests, none of them with what is another's", () => {
    assert.ok(sent > 5_000, `${sent} requests`);
    assert.deepEqual(trespasses(gateway), []);
    const smuggled = Object.values(gateway.upstreams).flatMap((upstream) =>
      upstream.asked.filter(
        ({ headers }) => JSON.stringify(headers).includes(keys.support) || headers["x-forwarded-for"],
      ),
    );
    assert.deepEqual(smuggled, []);
  });

  it("answers alike for another's model and for one that does not exist", async () => {
    for (const target of servedPaths) {
      const answers = [];
      for (const model of [modelsOf.support.chat, "nope", modelsOf.support.prompt]) {
        const body = { ...ordinaryBody(target, mark("research")), model };
        const [answer] = await gateway.exchange({ target, body });
        const said = answer?.body.replace(`\\"${model}\\"`, "it");
        answers.push(JSON.stringify([answer?.status, said, Object.keys(answer?.headers ?? {})]));
      }
      assert.equal(new Set(answers).size, 1, answers.join("\n"));
    }
  });

  it("gives up what is sent too slowly", async () => {
    for (const [connections, expected] of [
      [slowBodies, [408]],
      [slowHeaders, []],
    ] as const)
      for (const connection of connections) {
        const { answers, closed } = await connection.answers(2, { milliseconds: 45_000 });
        assert.deepEqual([answers.map(({ status }) => status), closed], [expected, true]);
      }
  });

  it("stops reading 250 MB, whoever sends them", async () => {
    const floods = (["none", "nobody", "research"] as KeyOwner[]).flatMap((key) =>
      [false, true].map((chunked) => ({ key, bytes: 250e6, chunked })),
    );
    const { statuses, duringIt } = await neighbourDuring(gateway, mark, async () => {
      for (const each of [...floods, ...floods, ...floods]) {
        const { statuses: came, answeredAt } = await flood(gateway, each);
        assert.deepEqual(came, [each.key === "research" ? 413 : 401]);
        assert.ok(answeredAt < each.bytes / 4, `answered after ${answeredAt} bytes`);
      }
    });
    assert.ok(duringIt > 0 && statuses.every((status) => status === 200), statuses.join());
  });

  it("stays within its memory and answers the neighbour, whatever one tenant sends", async () => {
    for (const [what, { bytes, times }] of Object.entries(heavyRequests(mark))) {
      let came: Record<number, number> = {};
      const { statuses } = await neighbourDuring(
        gateway,
        mark,
        async () => (came = await together(gateway, times, bytes)),
      );
      assert.deepEqual(
        statuses.filter((status) => status !== 200),
        [],
        `the neighbour of ${what}`,
      );
      const strange = Object.keys(came).filter((status) => !["200", "400", "413", "429", "503"].includes(status));
      assert.deepEqual(strange, [], `${what}: ${JSON.stringify(came)}`);
      assert.ok(gateway.peakMemory() < gateway.memoryLimit, `${what}: ${gateway.peakMemory() / 2 ** 20} MiB`);
    }
  });

  it("holds back its models where nobody reads what they answer, and ends them where their reader has gone", async () => {
    const { chat } = modelsOf.research;
    const running = gateway.streamEndlessly(chat);
    const body = { ...ordinaryBody("/v1/chat/completions", mark("research")), stream: true };
    const { statuses } = await neighbourDuring(gateway, mark, async () => {
      const sockets = await unread(gateway, 20, requestBytes({ body }));
      for (let time = 0; time < 5; time++) assert.equal(await ordinaryStatus(gateway, "support", mark), 200);
      assert.equal(running(), 20);
      for (const socket of sockets) socket.destroy();
      await eventually(async () => running() === 0 || undefined, { seconds: 30, explain: () => `${running()} go on` });
    }).finally(() => gateway.answerAsEver(chat));
    assert.ok(
      statuses.every((status) => status === 200),
      statuses.join(),
    );
    assert.ok(gateway.peakMemory() < gateway.memoryLimit, `${gateway.peakMemory() / 2 ** 20} MiB`);
  });

  it("gives back what was held for bodies that their senders gave up", async () => {
    for (let round = 0; round < 3; round++)
      for (const connection of await stalled(gateway, 50, 8 * 2 ** 20)) connection.close();
    let status = 0;
    for (let time = 0; time < 50 && status !== 200; time++) status = await ordinaryStatus(gateway, "research", mark);
    await besieged(ordinary("research"));
  });

  it("is what it was before: models, settings and routes, and no deployment was ever left alone", async () => {
    assert.deepEqual(await gateway.state(), untouched);
    assert.deepEqual(untouched.cooled, []);
  });

  it("leaves no model alone because of what a client asks", async () => {
    for (const status of [400, 404, 413, 422]) {
      for (const [tenant, model] of [
        ["support", modelsOf.support.chat],
        ["research", modelsOf.research.chat],
      ] as const) {
        gateway.fail(model, status, 10);
        for (let time = 0; time < 10; time++) {
          const body = ordinaryBody("/v1/chat/completions", mark(tenant), tenant);
          const [answer] = await gateway.exchange({ key: tenant, body });
          assert.ok(answer && answer.status < 500, `${status} became ${answer?.status}`);
          assert.deepEqual(refusalProblems(answer, Buffer.alloc(0)), []);
          assert.ok(!answer.body.includes("10.0.0.7"), answer.body);
        }
        gateway.fail(model, status, 0);
        const before = asked(model);
        assert.equal(await ordinaryStatus(gateway, tenant, mark), 200);
        assert.equal(asked(model), before + 1, `after ${status}, ${model} was not asked`);
      }
    }
    assert.deepEqual((await gateway.state()).cooled, []);
    // What clients caused before counts for nothing here, and one failure is none.
    for (const status of [401, 429]) {
      gateway.fail(modelsOf.research.chat, status, 1);
      await ordinaryStatus(gateway, "research", mark);
      const before = asked(modelsOf.research.chat);
      assert.equal(await ordinaryStatus(gateway, "research", mark), 200);
      assert.equal(asked(modelsOf.research.chat), before + 1, `after ${status}`);
    }
  });

  it("leaves a model alone that fails itself, and has its fallback answer", async () => {
    const { chat } = modelsOf.research;
    await untilAsked(chat);
    gateway.fail(chat, seeded.pick([500, 503]), Number.POSITIVE_INFINITY);
    for (let time = 0; time < 3; time++) assert.equal(await ordinaryStatus(gateway, "research", mark), 200);
    const before = [asked(chat), asked(spareModel)];
    assert.equal(await ordinaryStatus(gateway, "research", mark), 200);
    assert.deepEqual([asked(chat), asked(spareModel)], [before[0], (before[1] ?? 0) + 1]);
    gateway.answerAsEver(chat);
    await untilAsked(chat);
  });

  it("says nothing of its inside where an answer breaks off", async () => {
    for (const broken of ["event", "connection"] as const) {
      gateway.breakStream(modelsOf.support.chat, broken);
      const body = { ...ordinaryBody("/v1/chat/completions", mark("support"), "support"), stream: true };
      const [answer] = await gateway.exchange({ key: "support", body });
      assert.ok(answer && answer.body.includes("begun"), JSON.stringify(answer));
      assert.deepEqual(refusalProblems(answer, Buffer.alloc(0)), []);
      assert.ok(!answer.body.includes("10.0.0.7") && !answer.body.includes("[DONE]"), answer.body);
    }
    gateway.fail(modelsOf.support.chat, 500, 0);
  });

  it("answers both tenants afterwards, 60 times of 60", async () => {
    for (const tenant of ["research", "support"] as const) {
      const statuses = await Promise.all(Array.from({ length: 60 }, () => ordinaryStatus(gateway, tenant, mark)));
      assert.deepEqual(
        statuses.filter((status) => status !== 200),
        [],
      );
    }
    assert.deepEqual(trespasses(gateway), []);
  });

  it("has written no key, no question and no traceback of a stranger's into its log", () => {
    const { said } = gateway;
    const secrets = [
      ...Object.values(keys),
      "key-of-",
      "mark-",
      "model=code",
      cachePassword,
      "protocol.py",
      "h11_impl.py",
    ];
    assert.deepEqual(
      secrets.filter((secret) => said.includes(secret)),
      [],
    );
    assert.ok(said.includes("POST /v1/chat/completions research 200"), said.slice(-500));
  });
});
