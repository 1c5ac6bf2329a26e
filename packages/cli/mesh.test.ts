import { readFileSync } from "node:fs";
import { readStackFile } from "@genai/platform";
import { evaluate, type KubernetesObject, rules } from "@genai/policy";
import { assert } from "@genai/testing";
import { parse, stringify } from "yaml";
import { everything, mesh } from "./mesh-example.ts";
import { type Pod, podsOf, reachIn, type Rendered } from "./mesh-reach.ts";
import { renderStack } from "./render.ts";
import { committedStackFile } from "./workspace.ts";

async function rendered(config: Record<string, unknown>): Promise<Rendered[]> {
  const { config: read, problems } = readStackFile(stringify({ config }));
  assert.deepEqual(problems, []);
  assert.ok(read);
  return JSON.parse(JSON.stringify(await renderStack(read, "test"))) as Rendered[];
}

/** What of two callers of one namespace, or of one ServiceAccount, the mesh cannot tell apart. Each reaches one more port of what it reaches anyway. */
const coarser = [
  /^StatefulSet genai-addons\/prometheus → Deployment genai-addons\/open-telemetry-collector otlp-grpc: open$/,
  /^StatefulSet genai-addons\/prometheus → Deployment genai-addons\/open-telemetry-collector otlp-http: open$/,
  /^StatefulSet genai-addons\/alertmanager → StatefulSet genai-addons\/alertmanager http: open$/,
  // Replicas of a vector store and its Jobs are one account.
  /^StatefulSet (\S+) → StatefulSet \1 (http|grpc): open$/,
  /^(?:Job|CronJob) (tenant-\S+)-(?:setup|snapshot|drill)\S* → StatefulSet \1 p2p: open$/,
];

/** What the API server calls, over TLS of its own. */
const extendTheApi = [
  "Deployment genai-addons/metrics-server https",
  "Deployment genai-addons/prometheus-adapter https",
];

/** One Pod of each namespace from which strangers might call. */
const strangers = ["tenant-research", "tenant-support", ...mesh.namespaces].map((namespace): Pod => {
  const labels: Record<string, string> = namespace === "keda" ? { app: "keda-operator" } : {};
  return { name: `a Pod of ${namespace}`, namespace, account: "default", labels, ports: {} };
});

describe("a platform in a mesh", function () {
  this.timeout(60_000);
  const all: string[] = [];

  const stacks = [
    ["Pulumi.prod.yaml", readFileSync(committedStackFile("prod"), "utf8")],
    ["everything", stringify({ config: parse(everything) })],
    [
      "everything, for the Prometheus of the cluster",
      stringify({
        config: {
          ...(parse(everything) as object),
          "genai:monitoring": { namespace: "monitoring" },
          "genai:addons": {},
        },
      }),
    ],
  ] as [string, string][];
  for (const [name, yamlText] of stacks) {
    it(`lets connect who may without it, and nobody else: ${name}`, async () => {
      const { config } = parse(yamlText) as { config: Record<string, object> };
      const without = await rendered(config);
      const within = await rendered({ ...config, "genai:cluster": { ...config["genai:cluster"], mesh } });
      assert.deepEqual(
        rules.flatMap((rule) => evaluate(rule, within as unknown as KubernetesObject[]).violations),
        [],
        "policies are kept",
      );
      const deployed = podsOf(without);
      assert.deepEqual(podsOf(within), deployed, "Pods stay as they are");
      const [before, after] = [reachIn(without), reachIn(within)];
      const changed: string[] = [];
      let connections = 0;
      const plain: string[] = [];
      const tenantsOwn = strangers.filter(({ namespace }) => namespace.startsWith("tenant-"));
      for (const to of [...deployed, ...tenantsOwn])
        for (const [portName, port] of Object.entries({ ...to.ports, other: 1 })) {
          if (after.acceptsPlainText(to, port)) plain.push(`${to.name} ${portName}`);
          for (const from of [...deployed, ...strangers]) {
            const [plainly, inMesh] = [before.plainly(from, to, port), after.inMesh(from, to, port)];
            if (plainly) connections++;
            if (plainly !== inMesh)
              changed.push(`${from.name} → ${to.name} ${portName}: ${inMesh ? "open" : "closed"}`);
          }
        }
      all.push(...changed);
      assert.deepEqual(
        changed.filter((each) => !coarser.some((known) => known.test(each))),
        [],
      );
      assert.deepEqual(
        plain.toSorted(),
        extendTheApi.filter((each) => deployed.some(({ name: pod }) => each.startsWith(`${pod} `))),
        "plain text is refused but there",
      );
      assert.ok(connections > 50, `${connections} connections`);
    });
  }

  it("differs in nothing that no longer does", () => {
    assert.deepEqual(
      coarser.filter((known) => !all.some((each) => known.test(each))),
      [],
    );
  });
});
