import { type Attack, markedBy } from "./attack.ts";
import type { BesiegedGateway } from "./besieged-gateway.ts";
import { type Exchange, RawConnection } from "./raw-http.ts";
import { refusalProblems } from "./refusals.ts";
import { reproduction } from "./request.ts";
import { tenantOf } from "./tenants.ts";

/** What was wrong with what came of an attack. */
export interface Failure {
  attack: Attack;
  problem: string;
}

/** Connections that attack at a time: enough to keep two cores busy. */
const connections = 6;

/** Runs attacks, each on its own or on a connection that was used before, and gives those that came out otherwise than they must. */
export async function besiege(gateway: BesiegedGateway, attacks: readonly Attack[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  let next = 0;
  const attacker = async () => {
    let connection: RawConnection | undefined;
    for (let attack = attacks[next++]; attack; attack = attacks[next++]) {
      const used = connection;
      connection = undefined;
      let { exchange, open } = await exchanged(gateway.port, attack, used);
      // A server may close an idle connection at any time, also while it is written to.
      if (used && exchange.closed && exchange.answers.length === 0)
        ({ exchange, open } = await exchanged(gateway.port, attack, undefined));
      for (const problem of problems(attack, exchange)) failures.push({ attack, problem });
      const last = exchange.answers.at(-1);
      if (!open.closed && !attack.alone && last && last.headers["connection"] !== "close") connection = open;
      else open.close();
    }
    connection?.close();
  };
  await Promise.all(Array.from({ length: connections }, attacker));
  return failures;
}

async function exchanged(port: number, attack: Attack, used: RawConnection | undefined) {
  const open = used && !used.closed && !attack.alone ? used : await RawConnection.open(port);
  await open.write(attack.bytes);
  const { expected, toHead } = attack;
  const exchange = await open.answers(expected.length, { toHead });
  if (!attack.alone) return { exchange, open };
  // Was there one answer more than there were requests, it comes before the next one's.
  const more = exchange.closed ? { answers: [], closed: true } : await open.answers(1, { milliseconds: 300 });
  return { exchange: { answers: [...exchange.answers, ...more.answers], closed: more.closed }, open };
}

function problems({ expected, bytes, says }: Attack, { answers }: Exchange): string[] {
  const statuses = answers.map(({ status }) => status);
  const fits = statuses.length === expected.length && expected.every((each, at) => each.includes(statuses[at] ?? 0));
  const [first] = answers;
  return [
    ...(fits
      ? []
      : [`answered ${statuses.join(", ") || "nothing"}, not ${expected.map((each) => each.join(" or ")).join(", ")}`]),
    ...(says && first && !first.body.includes(says) ? [`does not say ${says}`] : []),
    ...answers.flatMap((answer) => refusalProblems(answer, bytes)),
  ];
}

/** What upstreams were asked that they must not have been: somebody else's request, with another key, or somewhere else. */
export function trespasses(gateway: BesiegedGateway): string[] {
  return Object.entries(gateway.upstreams).flatMap(([model, { asked }]) =>
    asked.flatMap(({ path, authorization, body, text }) => {
      const owners = markedBy(text);
      const [owner = "nobody at all"] = owners;
      const at = `${model} of ${tenantOf(model)} was asked at ${path}`;
      return [
        ...(owners.length === 1 && owner === tenantOf(model) ? [] : [`${at} by ${owner}: ${text.slice(0, 300)}`]),
        ...(authorization === `Bearer key-of-${model}` ? [] : [`${at} with another key`]),
        ...(body.model === model || path === "/rerank" ? [] : [`${at} for ${body.model}`]),
        ...(/^(\/v1\/(chat\/completions|completions|embeddings|responses)|\/rerank)$/.test(path)
          ? []
          : [`${at}, which is no path of it`]),
      ];
    }),
  );
}

/** The first failures as a message, with what is needed to see one again. */
export function report(failures: readonly Failure[], seed: number): string {
  const shown = failures
    .slice(0, 8)
    .map(({ attack, problem }) => `${attack.what}: ${problem}\n  ${reproduction(attack.bytes)}`);
  return `${failures.length} attacks came out otherwise, with seed ${seed}:\n${shown.join("\n")}`;
}
