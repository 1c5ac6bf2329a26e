import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readStackFile } from "@genai/platform";
import { exceptions, type KubernetesObject, podSpecsOf } from "@genai/policy";
import { assert } from "@genai/testing";
import { renderStack } from "./render.ts";
import { committedStackFile, committedStacks, root } from "./workspace.ts";

const page = (name: string) => readFileSync(join(root, "docs", name), "utf8");

interface Probe {
  httpGet?: { path: string; port: number | string; scheme?: string };
  tcpSocket?: { port: number | string };
  exec?: { command: string[] };
  periodSeconds?: number;
  failureThreshold?: number;
}

interface ProbedContainer extends Partial<Record<"startupProbe" | "readinessProbe" | "livenessProbe", Probe>> {
  ports?: { name?: string; containerPort: number }[];
}

/** `:8000/health` every 10 s, 6 times; with what Kubernetes takes where a probe says nothing. */
function probeText({ ports = [] }: ProbedContainer, probe: Probe | undefined, derived = false): string {
  if (!probe) return "none";
  const { httpGet, tcpSocket, exec, periodSeconds = 10, failureThreshold = 3 } = probe;
  const named = (httpGet ?? tcpSocket)?.port;
  const port = ports.find(({ name }) => name === named)?.containerPort ?? named;
  const what =
    exec?.command.join(" ") ?? `${httpGet?.scheme === "HTTPS" ? "https://" : ""}:${port}${httpGet?.path ?? ""}`;
  return `\`${what}\` ${periodSeconds} s × ${derived ? "derived" : failureThreshold}`;
}

/** A line of the page's table; models and stores are called by what they run, since their names are the user's. */
function rowOf({ kind, metadata }: KubernetesObject, container: ProbedContainer): string {
  const reason = exceptions.find(
    ({ rule, kind: its, name }) => rule === "probes" && its === kind && name === metadata?.name,
  )?.reason;
  const labels = metadata?.labels ?? {};
  const own = labels["genai.platform/tenant"] ? labels["app.kubernetes.io/name"] : metadata?.name;
  const derived = ["inference", "embedding"].includes(labels["app.kubernetes.io/component"] ?? "");
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const cells = reason
    ? [reason, "", ""]
    : [
        probeText(container, startupProbe, derived),
        probeText(container, readinessProbe),
        probeText(container, livenessProbe),
      ];
  return `| ${[`${own} (${kind})`, ...cells].join(" | ")} |`;
}

describe("the pages of the documentation", function () {
  this.timeout(60_000);

  for (const name of ["self-healing.md", "known-pains.md"]) {
    it(`name tests that are there: ${name}`, () => {
      const text = page(name);
      const files = new Map(
        [...text.matchAll(/^\[([\w-]+)\]: (\S+)$/gm)].map(([, key = "", path = ""]) => [key, join(root, "docs", path)]),
      );
      const named = [...text.matchAll(/\[([^\]]+)\]\[([\w-]+)\]/g)];
      assert.ok(named.length >= 10, String(named.length));
      for (const [, test = "", key = ""] of named) {
        const file = files.get(key);
        assert.ok(file && existsSync(file), `${name}: no file for [${key}]`);
        // A test of many cases says the case's name first.
        assert.ok(readFileSync(file, "utf8").includes(test), `${file}: no test "${test}"`);
      }
      assert.deepEqual([...new Set(named.map(([, , key]) => key))].toSorted(), [...files.keys()].toSorted());
    });
  }

  it("show the probes that every stack deploys", async () => {
    const rows = new Set<string>();
    for (const stack of committedStacks()) {
      const { config } = readStackFile(readFileSync(committedStackFile(stack), "utf8"));
      assert.ok(config);
      for (const object of (await renderStack(config, stack)) as unknown as KubernetesObject[])
        if (["Deployment", "StatefulSet", "DaemonSet"].includes(object.kind))
          for (const container of podSpecsOf(object).flatMap(({ containers = [] }) => containers))
            rows.add(rowOf(object, container as ProbedContainer));
    }
    const plain = (row: string) => row.replaceAll(/ +/g, " ").trim();
    const isRow = (line: string) => /^\| \S+ \((?:Deployment|StatefulSet|DaemonSet)\) \|/.test(line);
    const shown = page("self-healing.md").split("\n").map(plain).filter(isRow);
    assert.deepEqual(shown.toSorted(), [...rows].map(plain).toSorted());
  });
});
