import { assert } from "@genai/testing";
import {
  type Engine,
  engineNames,
  engines,
  gpus,
  images,
  isGpuName,
  isModelName,
  models,
  teiImage,
  vllmImage,
} from "./index.ts";

describe("catalogue", () => {
  it("names a source for every GPU and model", () => {
    for (const row of [...Object.values(gpus), ...Object.values(models)]) assert.ok(row.source.length > 20, row.source);
  });

  it("gives every GPU a product of its own", () => {
    const products = Object.values(gpus).map(({ product }) => product);
    assert.equal(new Set(products).size, products.length);
  });

  it("gives MIG profiles that fit their GPU, smallest first", () => {
    for (const [name, { migProfiles, memoryMiB }] of Object.entries(gpus)) {
      for (const [index, profile] of migProfiles.entries()) {
        assert.ok(profile.instances * profile.memoryMiB <= memoryMiB * 1.02, `${name} ${profile.name}`);
        assert.ok(profile.memoryMiB >= (migProfiles[index - 1]?.memoryMiB ?? 0), `${name} ${profile.name}`);
      }
    }
  });

  it("gives prices with a source, spot below on demand", () => {
    const prices = Object.values(gpus).flatMap(({ price }) => (price ? [price] : []));
    assert.ok(prices.length >= 17);
    for (const { onDemand, spot = 0, source } of prices)
      assert.ok(spot < onDemand && /\b20\d\d-\d\d-\d\d$/.test(source), source);
  });

  it("has an image of each engine for a GPU that it supports", () => {
    assert.deepEqual(
      Object.keys(engines).filter((name) => !engines[name as keyof typeof engines].image.includes("/")),
      [],
    );
    assert.match(vllmImage(gpus["V100-32GB"]), /-cu129$/);
    assert.equal(vllmImage(gpus.H100), images.vllm);
    assert.match(teiImage() ?? "", /:cpu-1\.9$/);
    assert.match(teiImage(gpus.L4) ?? "", /:89-1\.9$/);
    assert.equal(teiImage(gpus["V100-32GB"]), undefined);
  });

  it("has four engines, each complete: image, ports, paths, options, metrics and a source", () => {
    assert.deepEqual(Object.keys(engines), ["vllm", "sglang", "llamaCpp", "tei"]);
    for (const [name, engine] of Object.entries(engines) as [string, Engine & { image: string }][]) {
      assert.ok(engine.image.length > 0 && engine.version.length > 0 && engine.source.length > 20, name);
      for (const port of [engine.port, engine.metricsPort]) assert.ok(port > 0 && port < 65_536, name);
      for (const path of [engine.healthPath, engine.metricsPath, engine.apiPath]) assert.match(path, /^\/[a-z0-9]+$/);
      for (const names of [engine.options, engine.metrics])
        assert.equal(new Set(Object.values(names)).size, Object.keys(names).length, name);
      assert.ok(engine.options["model"] && engine.options["port"], name);
    }
  });

  it("knows what older versions of an engine called things, and what they did not have", () => {
    const usage = (version?: string) => engineNames("vllm", version).metrics["keyValueCacheUsage"];
    assert.deepEqual(
      [usage("0.9.2"), usage("0.10.2"), usage("0.11.0"), usage("0.12.0"), usage()],
      [
        "vllm:gpu_cache_usage_perc",
        "vllm:gpu_cache_usage_perc",
        "vllm:kv_cache_usage_perc",
        "vllm:kv_cache_usage_perc",
        "vllm:kv_cache_usage_perc",
      ],
    );
    assert.equal(engineNames("vllm", "0.10.0").metrics["requestsWaiting"], "vllm:num_requests_waiting");
    assert.equal(engineNames("vllm", "0.17.1").options["shutdownTimeout"], undefined);
    assert.equal(engineNames("vllm", "0.18.0").options["shutdownTimeout"], "shutdown-timeout");
    assert.deepEqual(engineNames("llamaCpp").metrics, engines.llamaCpp.metrics);
  });

  it("has at least 20 GPUs, whose family follows from their compute capability as GPU feature discovery says", () => {
    assert.ok(Object.keys(gpus).length >= 20);
    const families: [atLeast: number, family: string][] = [
      [10, "blackwell"],
      [9, "hopper"],
      [8.9, "ada-lovelace"],
      [8, "ampere"],
      [7.5, "turing"],
      [7, "volta"],
    ];
    for (const [name, { computeCapability, family }] of Object.entries(gpus))
      assert.equal(family, families.find(([atLeast]) => Number(computeCapability) >= atLeast)?.[1], name);
  });

  it("pins every image to a version", () => {
    const pinned = /^[a-z.]+\/[a-z0-9./-]+:(v\d+\.\d+\.\d+|server-b\d+)$/;
    const { tei, ...others } = images;
    for (const image of Object.values(others)) assert.match(image, pinned);
    for (const gpu of Object.values(gpus)) assert.ok(teiImage(gpu)?.startsWith(`${tei}:`) ?? gpu.family === "volta");
  });

  it("knows names from other properties of an object", () => {
    assert.ok(isGpuName("A10") && isModelName("Qwen/Qwen3-8B"));
    assert.ok(!isGpuName("toString") && !isModelName("constructor"));
  });
});
