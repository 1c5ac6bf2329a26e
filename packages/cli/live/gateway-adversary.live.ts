import { assert, temporaryDirectory } from "@genai/testing";
import { attack, type Attack, marks } from "./adversary/attack.ts";
import { fieldAttacks, modelAttacks, syntaxAttacks } from "./adversary/attack-bodies.ts";
import { framingAttacks } from "./adversary/attack-framing.ts";
import { contentAttacks, headerAttacks, keyAttacks, targetAttacks } from "./adversary/attack-places.ts";
import { routeAttacks } from "./adversary/attack-routes.ts";
import { BesiegedGateway, type GatewayState, type Surface } from "./adversary/besieged-gateway.ts";
import { keys, ordinaryBody, servedPaths } from "./adversary/request.ts";
import { Seeded } from "./adversary/seeded.ts";
import { besiege, report, trespasses } from "./adversary/siege.ts";
import { modelsOf, type Tenant } from "./adversary/tenants.ts";

/** Tenant of a model. */
const tenantOf = (model: string): Tenant =>
  Object.values(modelsOf.support).some((name) => name === model) ? "support" : "research";

describe("the gateway under attack: one tenant against another, and strangers against both", function () {
  this.timeout(300_000);
  const seeded = new Seeded(Number(process.env["GENAI_SEED"] ?? Date.now() % 2 ** 31));
  const mark = marks();
  let gateway: BesiegedGateway;
  let surface: Surface;
  let before: GatewayState;

  const ordinary = (tenant: Tenant): Attack[] =>
    servedPaths.map((target) =>
      attack(`an ordinary request at ${target}`, { target, key: tenant, body: ordinaryBody(target, mark(tenant), tenant) }, 200),
    );

  before_();
  function before_() {
    // What is loaded at the first request of a kind, is loaded.
  }

  const failuresOf = async (attacks: Attack[]) => {
    const failures = await besiege(gateway, seeded.shuffled(attacks));
    assert.deepEqual(failures.length, 0, report(failures, seeded.seed));
  };
});
