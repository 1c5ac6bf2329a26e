import { images } from "@genai/catalog";
import {
  podBase,
  poolPlacement,
  priorityClassNames,
  restrictedContainerSecurityContext,
  restrictedPodSecurityContext,
  variablesOf,
} from "@genai/core";
import { collectionTrust, collectionVariables } from "./collection.ts";
import type { EmbeddingPipelineArgs } from "./embedding-pipeline.ts";
import { sourceVariables, volumeDirectory } from "./pipeline-source.ts";

/** What a run requests where nothing is said. */
export const pipelineResources = { cpu: "500m", memory: "2Gi" };

const stateDirectory = "/state";

/** The Pod of a run. Its container restarts in place, so that the journal of what ended it stays. */
export function pipelinePodSpec(name: string, args: EmbeddingPipelineArgs) {
  const { pool, source, collection, memory = pipelineResources.memory } = args;
  const isVolume = source.kind === "volume";
  const trust = collectionTrust(collection);
  return {
    ...poolPlacement(pool),
    restartPolicy: "OnFailure",
    ...podBase(name, priorityClassNames.batch),
    securityContext: restrictedPodSecurityContext,
    containers: [
      {
        name: "pipeline",
        image: images.worker,
        args: ["pipeline"],
        env: [
          ...sourceVariables(source),
          ...collectionVariables(name, collection),
          ...variablesOf({
            JOURNAL: `${stateDirectory}/journal.json`,
            TERMINATION_MESSAGE: "/dev/termination-log",
          }),
        ],
        resources: {
          requests: { cpu: pipelineResources.cpu, memory, "ephemeral-storage": "1Gi" },
          limits: { memory, "ephemeral-storage": "12Gi" },
        },
        terminationMessagePolicy: "FallbackToLogsOnError",
        securityContext: restrictedContainerSecurityContext,
        volumeMounts: [
          { name: "state", mountPath: stateDirectory },
          { name: "temporary", mountPath: "/tmp" },
          ...trust.volumeMounts,
          ...(isVolume ? [{ name: "source", mountPath: volumeDirectory, readOnly: true }] : []),
        ],
      },
    ],
    volumes: [
      { name: "state", emptyDir: { sizeLimit: "64Mi" } },
      { name: "temporary", emptyDir: { sizeLimit: "10Gi" } },
      ...trust.volumes,
      ...(isVolume ? [{ name: "source", persistentVolumeClaim: { claimName: source.location, readOnly: true } }] : []),
    ],
  };
}
