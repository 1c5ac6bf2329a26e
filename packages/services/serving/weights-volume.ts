import { images } from "@genai/catalog";
import { restrictedContainerSecurityContext, type Variable, variablesOf } from "@genai/core";
import { adapterLocation, type AdapterPlan } from "./adapters.ts";
import type { SecretKeyReference } from "./server-args.ts";
import type { WeightsPlan } from "./weights-source.ts";

/** Name of the claim that holds the mirrored weights of a tenant, in its namespace. */
export const weightsClaimName = "model-weights";

/** File that a loader writes into a directory once everything in it is there and verified. */
const completionMarker = ".complete";

/** Where a server sees its weights. */
export const weightsDirectory = "/models/weights";

/** The interpreter with the clients of hub and bucket in the loader's image; its own entry point has no checksums. */
export const loaderInterpreter = "/prod_venv/bin/python3";

/** What a server is told to load: a directory, or a repository of the hub. */
export function weightsLocation({ local, source }: WeightsPlan): string {
  return local || source.kind !== "hub" ? weightsDirectory : source.repository;
}

interface Volume {
  name: string;
  image?: { reference: string; pullPolicy: string };
  persistentVolumeClaim?: { claimName: string; readOnly: boolean };
}

interface Mount {
  name: string;
  mountPath: string;
  subPath?: string;
  readOnly?: boolean;
}

/** What a Pod has to read weights and adapters from volumes: nothing where the server downloads them itself. */
export interface WeightsMount {
  volumes: Volume[];
  mounts: Mount[];
  environment: Variable[];
  initContainers: ReturnType<typeof initContainer>[];
}

/** What a server reads. */
export interface ReadWeights {
  plan: WeightsPlan;
  adapters: readonly AdapterPlan[];
  /** Token for what a Pod downloads. @default none */
  token?: SecretKeyReference;
}

/**
 * Mounts weights and adapters read-only and tells the libraries to ask no hub. A server of what is mirrored starts once the directories
 * are complete, for its Pods may outlive the Jobs that fill them. Adapters of the hub that are not mirrored are downloaded at their
 * commit first: vLLM itself cannot ask for one.
 * @param image An image with `test` in it: the server's own.
 * @param home Directory of the volume `home`.
 */
export function mountWeights({ plan, adapters, token }: ReadWeights, image: string, home: string): WeightsMount {
  const placed = [
    { name: "weights", plan, path: weightsDirectory },
    ...adapters.map((each) => ({
      name: `adapter-${each.name}`,
      plan: each.plan,
      path: adapterLocation(each, home),
    })),
  ];
  const local = placed.filter((each) => each.plan.local);
  const volumes: Volume[] = [];
  const mounts = local.map(({ name, plan: { source, cacheKey }, path }): Mount => {
    const isClaim = source.kind === "claim";
    const volume: Volume =
      source.kind === "image"
        ? { name, image: { reference: source.reference, pullPolicy: "IfNotPresent" } }
        : {
            name,
            persistentVolumeClaim: { claimName: isClaim ? source.claim : weightsClaimName, readOnly: true },
          };
    // A Pod with two volumes of one claim may wait for the second for ever.
    const claimName = volume.persistentVolumeClaim?.claimName;
    const known =
      claimName && volumes.find(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claimName);
    if (!known) volumes.push(volume);
    const subPath = cacheKey ?? (isClaim ? source.path : undefined);
    return { name: (known || volume).name, mountPath: path, readOnly: true, ...(subPath && { subPath }) };
  });
  const mirrored = local.filter((each) => each.plan.cacheKey).map(({ path }) => path);
  return {
    volumes,
    mounts,
    environment: plan.local
      ? [
          { name: "HF_HUB_OFFLINE", value: "1" },
          { name: "TRANSFORMERS_OFFLINE", value: "1" },
        ]
      : [],
    initContainers: [
      ...(mirrored.length > 0
        ? [
            waitForWeights(
              image,
              mirrored,
              mounts.filter(({ mountPath }) => mirrored.includes(mountPath)),
            ),
          ]
        : []),
      ...adapters.filter((each) => !each.plan.local).map((each) => downloadAdapter(each, home, token)),
    ],
  };
}

function waitForWeights(image: string, directories: readonly string[], mounts: Mount[]) {
  const tests = directories.flatMap((path, index) => [
    ...(index > 0 ? ["-a"] : []),
    "-f",
    `${path}/${completionMarker}`,
  ]);
  return initContainer({
    name: "weights-complete",
    image,
    command: ["test", ...tests],
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "32Mi" } },
    volumeMounts: mounts,
  });
}

/** One repository at one revision into a directory. */
const download =
  "import os; from huggingface_hub import snapshot_download; " +
  'snapshot_download(os.environ["REPOSITORY"], revision=os.environ.get("REVISION"), local_dir=os.environ["TARGET"])';

function downloadAdapter(adapter: AdapterPlan, home: string, token: SecretKeyReference | undefined) {
  const { name, plan } = adapter;
  const variables = {
    HOME: home,
    HF_HOME: `${home}/.cache/huggingface`,
    HF_HUB_DISABLE_TELEMETRY: "1",
    REPOSITORY: plan.source.kind === "hub" ? plan.source.repository : "",
    ...(plan.revision && { REVISION: plan.revision }),
    TARGET: adapterLocation(adapter, home),
  };
  return initContainer({
    name: `adapter-${name}`,
    image: images.weightsLoader,
    command: [loaderInterpreter, "-c", download],
    env: variablesOf({ ...variables, HF_TOKEN: token }),
    resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } },
    volumeMounts: [
      { name: "home", mountPath: home },
      { name: "temporary", mountPath: "/tmp" },
    ],
  });
}

interface InitContainer {
  name: string;
  image: string;
  command: string[];
  env?: Variable[];
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  volumeMounts: Mount[];
}

function initContainer(container: InitContainer) {
  return { ...container, securityContext: restrictedContainerSecurityContext };
}
