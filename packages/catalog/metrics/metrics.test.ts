import { assert } from "@genai/testing";
import { engines } from "../engines.ts";
import { metricSources, type MetricSource, seriesNames, seriesOf } from "./index.ts";

const sources: [string, MetricSource][] = Object.entries(metricSources);

describe("the catalogue of metrics", () => {
  it("has legal names, counters that end as counters do, and a version and source for each", () => {
    // Names of programs that do not follow the convention for counters.
    const oddities = /^(DCGM_FI_|otelcol_|te_request_(count|success|failure)$)/;
    for (const [source, { metrics, version, source: origin }] of sources) {
      assert.ok(version && origin, source);
      for (const [name, { type }] of Object.entries(metrics)) {
        assert.match(name, /^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
        assert.ok(type !== "counter" || /_total$/.test(name) || oddities.test(name), `${source}: ${name}`);
      }
    }
  });

  it("names a metric in one source only, so that a name says where it is from", () => {
    const all = sources.flatMap(([, { metrics }]) =>
      Object.entries(metrics).flatMap(([name, metric]) => seriesNames(name, metric)),
    );
    assert.equal(new Set(all).size, all.length);
  });

  it("knows the metrics of the engines, at the engines' versions", () => {
    const pairs = [
      [engines.vllm, metricSources.vllm],
      [engines.sglang, metricSources.sglang],
      [engines.llamaCpp, metricSources["llama.cpp"]],
      [engines.tei, metricSources.tei],
    ] as const;
    for (const [engine, source] of pairs) {
      assert.equal(engine.version, source.version);
      for (const name of Object.values(engine.metrics)) assert.ok(name in source.metrics, name);
    }
  });
});

describe("seriesOf", () => {
  it("writes selectors", () => {
    const vllm = seriesOf("vllm");
    assert.equal(vllm("vllm:num_requests_waiting"), "vllm:num_requests_waiting");
    assert.equal(
      vllm("http_requests_total", { status: { matches: "5.*" }, handler: { not: '/"' }, namespace: "a" }),
      'http_requests_total{status=~"5.*",handler!="/\\"",namespace="a"}',
    );
    assert.equal(
      vllm("vllm:time_to_first_token_seconds_bucket", { le: "0.5", pod: { matchesNot: "x" } }),
      'vllm:time_to_first_token_seconds_bucket{le="0.5",pod!~"x"}',
    );
  });

  it("leaves wrong names and labels to the compiler", () => {
    const vllm = seriesOf("vllm");
    // @ts-expect-error The name of an older version.
    assert.ok(vllm("vllm:gpu_cache_usage_perc"));
    // @ts-expect-error A histogram has no series of its own name.
    assert.ok(vllm("vllm:time_to_first_token_seconds"));
    // @ts-expect-error No such label.
    assert.ok(vllm("vllm:num_requests_waiting", { modelName: "x" }));
  });
});
