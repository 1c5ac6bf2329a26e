/**
 * A verdict, with the reason and what fits instead, for every model × GPU × format × parallelism of the catalogue, beside the time
 * that Node.js takes to start and do nothing.
 * Usage: node bench/fit.ts
 */
import { spawnSync } from "node:child_process";
import { fitsGpu, type FitOptions, type GpuName, gpus, type ModelName, models, replicaSizes } from "@genai/catalog";

const goalSeconds = 1;
const formats: FitOptions[] = [{}, { dtype: "bfloat16" }, { dtype: "float16" }, { quantization: "fp8" }];
const pipelines = [1, 2];

const peer = seconds(() => spawnSync(process.execPath, ["--eval", "0"]));
let [verdicts, fitting] = [0, 0];
const ours = seconds(() => {
  for (const model of Object.keys(models) as ModelName[])
    for (const gpu of Object.keys(gpus) as GpuName[])
      for (const format of formats)
        for (const tensorParallel of replicaSizes)
          for (const pipelineParallel of pipelines) {
            verdicts += 1;
            if (fitsGpu(model, gpu, { ...format, tensorParallel, pipelineParallel }).fits) fitting += 1;
          }
});
console.log(`${verdicts} verdicts (${fitting} fit): ${ours.toFixed(2)} s, goal below ${goalSeconds} s`);
console.log(`node --eval 0: ${peer.toFixed(2)} s; ratio ${(ours / peer).toFixed(1)}`);

function seconds(work: () => void): number {
  const began = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - began) / 1e9;
}
