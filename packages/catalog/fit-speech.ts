import { type SpeechModelName, speechModels } from "./encoder-models.ts";
import { engines } from "./engines.ts";
import { engineMemoryMiB, type FitVerdict } from "./fit.ts";
import type { GpuName } from "./gpus.ts";
import { gpuOverheadMiB, mebibyte, weightsMargin } from "./memory.ts";

/**
 * Whether a speech model fits one GPU under vLLM: weights in 16 bits, overhead and the cache of one request, which is 30 s of audio and
 * its transcript. Worked example: whisper-large-v3 on a T4: 2.9 GiB × 1.02 + 2.3 GiB, and 305 MiB for each request.
 */
export function fitsSpeech(name: SpeechModelName, gpu: GpuName): FitVerdict {
  const { parameters, requestBytes } = speechModels[name];
  const fixedMiB = (parameters * 2 * weightsMargin) / mebibyte + gpuOverheadMiB;
  const requestMiB = requestBytes / mebibyte;
  const neededMiB = Math.ceil(fixedMiB + requestMiB);
  const availableMiB = engineMemoryMiB(gpu);
  const held = Math.floor((availableMiB - fixedMiB) / requestMiB);
  if (held >= 1)
    return { fits: true, neededMiB, availableMiB, concurrentRequests: Math.min(held, engines.vllm.maximumSequences) };
  const reason = `${name} needs ${neededMiB} MiB, and the engine may use ${availableMiB} MiB of ${gpu}`;
  return { fits: false, reason, neededMiB, availableMiB, alternatives: [] };
}
