import type { GgufFormat } from "@genai/catalog";
import type { Variable } from "@genai/core";
import type * as pulumi from "@pulumi/pulumi";
import type { AdapterArgs } from "./adapters.ts";
import type { withDefaults } from "./settings.ts";

/** An engine that serves language models: two on GPUs, and llama.cpp on CPUs. */
export type EngineChoice = "vllm" | "sglang" | "llamaCpp";

/** What of a server's arguments only concerns its engine. */
export interface EngineArgs {
  /** @default vllm */
  engine?: EngineChoice;
  /** Reuse the cache of prompts that begin alike. @default true */
  prefixCaching?: boolean;
  /** Gibibytes of the node's memory in which each replica keeps cache that its GPUs have no room for. @default none */
  keyValueOffload?: number;
  /** Format of llama.cpp's file. @default the smallest that the model's makers publish */
  gguf?: GgufFormat;
  /** LoRA adapters by the names that clients ask for; of vLLM only. @default none */
  adapters?: Readonly<Record<string, AdapterArgs>>;
}

/** What an engine brings into the Pod of a server. */
export interface EngineProgram {
  /** Value of the label `app.kubernetes.io/name`, and name of the container. */
  application: string;
  image: string;
  command: readonly string[];
  args: readonly string[];
  environment: Variable[];
  /** Variable with the API key; none where the settings in the Secret have it. */
  apiKeyVariable?: string;
  /** Settings in a ConfigMap, mounted at `directory`. @default none: the variables are all */
  config?: SettingsFile;
  /** Settings in the Secret, for an engine that takes its key from nowhere else, mounted at `directory`. @default none */
  secretConfig?: SettingsFile & { withKey(apiKey: pulumi.Input<string>): pulumi.Input<string> };
  user: number;
  group: number;
  home: string;
  /** Seconds before the stop signal: long where the engine itself does not finish what it began. */
  preStopSeconds: number;
}

/** Settings as a file, without secrets. */
export interface SettingsFile {
  directory: string;
  file: string;
  text: string;
}

/** The GPU of a server's pool; what has none was refused before. */
export function gpuOf({ pool }: Pick<ReturnType<typeof withDefaults>, "pool">) {
  if (!pool.gpu) throw new Error(`pool ${pool.name} has no GPU`);
  return pool.gpu;
}

/** Settings as YAML, one a line. */
export function settingsText(values: Readonly<Record<string, string | number | boolean | readonly string[]>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}
