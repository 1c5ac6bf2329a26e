import { setTimeout as sleep } from "node:timers/promises";
import { KubernetesClient, provideHostMetrics } from "@genai/sandbox";
import { exitCodes, UserError } from "../errors.ts";
import { imageNotes } from "../images.ts";
import type { Session } from "../session.ts";
import { type SmokeResult, smokeNotes, smokeTest } from "../smoke.ts";
import { leftOutOfSandbox, loadStackConfig } from "../stack-config.ts";
import { isHealthy, type PlatformStatus, readStatus, statusTable } from "../status.ts";
import { type CommandContext, openTarget } from "./context.ts";
import { operation, withPolicy } from "./operation.ts";

/** Deploys a stack, waits until it is Ready, and says what runs. */
export async function up(context: CommandContext): Promise<void> {
  const { stack, json, signal } = context;
  const { pulumi, configFile, session } = await openTarget(context, { images: true });
  const result = await pulumi.operate(
    [...operation("up", stack, configFile), "--yes", ...withPolicy(stack), "--suppress-outputs"],
    {
      signal,
      quiet: json,
    },
  );
  // On a cluster of the user's own the engine's output is the answer: it has waited for every resource.
  if (!session) return;
  await provideHostMetrics(session.paths.cluster);
  const status = await waitUntilReady(session, signal);
  const smoke = await smokeTest(session.config, session.cluster, status, {
    signal,
    onWait: (message) => console.error(message),
  });
  if (json) {
    const { cluster, images } = session;
    const { kubeconfig, proxy } = cluster;
    console.log(
      JSON.stringify({ stack, kubeconfig, proxy, changes: result.changes, ...status, images, smoke }, undefined, 2),
    );
  } else {
    console.log(summary(session, status, smoke));
  }
  if (!isHealthy(status)) throw new UserError("Deployed, but not everything is Ready.", exitCodes.unhealthy);
  if (smoke.some(({ outcome }) => outcome === "failed"))
    throw new UserError("Deployed and Ready, but a service does not answer as it should.", exitCodes.unhealthy);
}

/** The engine has waited for each resource; this catches what changed since, such as replicas that an autoscaler added. */
async function waitUntilReady({ cluster }: Session, signal: AbortSignal): Promise<PlatformStatus> {
  const client = KubernetesClient.fromKubeconfig(cluster.kubeconfig);
  try {
    const deadline = Date.now() + 120_000;
    for (;;) {
      const status = await readStatus(client);
      if (isHealthy(status) || Date.now() > deadline) return status;
      await sleep(500, undefined, { signal });
    }
  } finally {
    client.close();
  }
}

function summary(session: Session, status: PlatformStatus, smoke: readonly SmokeResult[]): string {
  const option = session.stack === "dev" ? "" : ` --stack ${session.stack}`;
  return [
    "",
    `Stack ${session.stack} on ${session.cluster.context} (${session.cluster.server})`,
    statusTable(status),
    ...nodeNotes(session),
    ...leftOutOfSandbox(loadStackConfig(session.stack)),
    ...smokeNotes(smoke),
    ...(session.realPlugins
      ? []
      : ["The engine ran on the sandbox's stand-ins for the provider plugins, which could not be downloaded."]),
    "",
    `  look around    export KUBECONFIG=${session.cluster.kubeconfig}`,
    ...(session.cluster.proxy
      ? [
          `  open it        npx genai open <service>${option}`,
          `  reach it       curl --config ${session.cluster.proxy} <endpoint>`,
        ]
      : []),
    `  see changes    npx genai preview${option}`,
    `  stop           npx genai stop${option}      (npx genai reset forgets everything)`,
  ].join("\n");
}

/** What of the cluster is real. */
function nodeNotes({ simulatedBecause, images }: Session): string[] {
  if (simulatedBecause)
    return [
      "Nodes are simulated: scheduling, quota and rollouts are real, containers do not run.",
      `There is no real node: ${simulatedBecause}`,
    ];
  return [
    "A real node runs what the machine can; the other nodes, and all GPUs, are simulated.",
    ...imageNotes(images),
  ];
}
