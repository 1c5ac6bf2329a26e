/** Label of a simulated Pod or Node that is to fail; the value says how. */
export const failureLabel = "genai.platform/drill";

/** Annotation of a serving Pod: how often its container is to crash. A number, written as text. */
export const crashesAnnotation = "genai.platform/drill-crashes";

/** Seconds that a simulated model takes to load: long enough for an eviction to be refused meanwhile. */
export const loadingSeconds = 3;

/** Seconds that a crashed container waits to be started again, as kubelet's first back-offs do. */
const backOffSeconds = 2;

type Requirement = [key: string, operator: "In" | "DoesNotExist", ...values: string[]];

interface StageOptions {
  kind: "Pod" | "Node";
  labels: Record<string, string>;
  /** What else has to be so, in jq. */
  when?: Requirement[];
  delaySeconds?: number;
  /** The new status: a Go template of YAML. */
  status: string;
}

/** A KWOK Stage that goes before KWOK's own ones, which weigh nothing. */
function stage(name: string, { kind, labels, when = [], delaySeconds = 0, status }: StageOptions): object {
  const alive: Requirement = [".metadata.deletionTimestamp", "DoesNotExist"];
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind },
      weight: 1,
      selector: {
        matchLabels: labels,
        matchExpressions: [alive, ...when].map(([key, operator, ...values]) => ({
          key,
          operator,
          ...(values.length > 0 && { values }),
        })),
      },
      delay: { durationMilliseconds: delaySeconds * 1000 },
      next: { patches: [{ subresource: "status", root: "status", template: status, type: "strategic" }] },
    },
  };
}

const now = "{{ Now | Quote }}";
const running = `{ running: { startedAt: ${now} } }`;
const ended = (exitCode: number) =>
  `{ terminated: { exitCode: ${exitCode}, reason: Error, startedAt: ${now}, finishedAt: ${now} } }`;
const restarts = "{{ with $.status.containerStatuses }}{{ (index . $index).restartCount }}{{ else }}0{{ end }}";

interface PodStatus {
  phase: "Running" | "Failed";
  ready: boolean;
  state: string;
  restartCount?: string;
  lastState?: string;
}

function podStatus({ phase, ready, state, restartCount = restarts, lastState = "{}" }: PodStatus): string {
  const conditions = Object.entries({ Initialized: true, Ready: ready, ContainersReady: ready });
  return [
    `phase: ${phase}`,
    "podIP: {{ PodIPWith .spec.nodeName false .metadata.uid .metadata.name .metadata.namespace | Quote }}",
    "hostIP: {{ NodeIPWith .spec.nodeName | Quote }}",
    "conditions:",
    ...conditions.map(
      ([type, met]) => `- { type: ${type}, status: "${met ? "True" : "False"}", lastTransitionTime: ${now} }`,
    ),
    "containerStatuses:",
    "{{ range $index, $container := .spec.containers }}",
    "- name: {{ $container.name | Quote }}",
    "  image: {{ $container.image | Quote }}",
    `  ready: ${ready}`,
    `  started: ${ready}`,
    `  restartCount: ${restartCount}`,
    `  state: ${state}`,
    `  lastState: ${lastState}`,
    "{{ end }}",
  ].join("\n");
}

const serving = { "app.kubernetes.io/component": "inference" };
const firstContainer = ".status.containerStatuses[0]";
const waits = "{ waiting: { reason: CrashLoopBackOff } }";

/**
 * What becomes of simulated Pods and nodes in drills, where KWOK's own stages make everything work at once: models take time to load,
 * marked servers crash and are started again in their Pod, marked Jobs' Pods fail, marked nodes are lost.
 */
export const failureStages: readonly object[] = [
  stage("model-starts", {
    kind: "Pod",
    labels: serving,
    when: [[".status.podIP", "DoesNotExist"]],
    status: podStatus({ phase: "Running", ready: false, state: running }),
  }),
  stage("model-loaded", {
    kind: "Pod",
    labels: serving,
    when: [[`${firstContainer} | .ready == false and .state.running != null`, "In", "true"]],
    delaySeconds: loadingSeconds,
    status: podStatus({ phase: "Running", ready: true, state: running }),
  }),
  stage("server-crashes", {
    kind: "Pod",
    labels: serving,
    when: [
      [`${firstContainer}.ready`, "In", "true"],
      [
        `(.metadata.annotations["${crashesAnnotation}"] // "0" | tonumber) > ${firstContainer}.restartCount`,
        "In",
        "true",
      ],
    ],
    status: podStatus({
      phase: "Running",
      ready: false,
      state: waits,
      restartCount: "{{ add1 (index $.status.containerStatuses $index).restartCount }}",
      lastState: ended(137),
    }),
  }),
  stage("server-restarts", {
    kind: "Pod",
    labels: serving,
    when: [[`${firstContainer}.state.waiting.reason`, "In", "CrashLoopBackOff"]],
    delaySeconds: backOffSeconds,
    status: podStatus({ phase: "Running", ready: false, state: running, lastState: ended(137) }),
  }),
  stage("job-fails", {
    kind: "Pod",
    labels: { [failureLabel]: "fails" },
    when: [[".status.phase", "In", "Running"]],
    status: podStatus({ phase: "Failed", ready: false, state: ended(1) }),
  }),
  stage("node-lost", {
    kind: "Node",
    labels: { [failureLabel]: "lost" },
    // The same text each time, so that a node that is lost already is left alone.
    status:
      "conditions: [{ type: Ready, status: Unknown, reason: NodeStatusUnknown, message: lost, lastTransitionTime: {{ .metadata.creationTimestamp | Quote }} }]",
  }),
];
