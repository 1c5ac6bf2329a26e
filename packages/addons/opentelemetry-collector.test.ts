import { assert, registeredBy } from "@genai/testing";
import { collectorConfig } from "./collector-config.ts";
import { environmentOf, exampleContext, nameOf, podOf } from "./example-cluster.ts";
import { OpenTelemetryCollector, openTelemetryCollectorObjects, openTelemetryCollectorScrapeTargets } from "./index.ts";

const settings = { enabled: true, insecure: false, samplingPercentage: 100, memoryMiB: 512 };
const args = { ...exampleContext, ...settings };
const endpoint = "tempo.tracing.svc:4317";
const objects = openTelemetryCollectorObjects("opentelemetry-collector", args);

describe("collectorConfig", () => {
  it("limits memory before anything else, below what the container has", () => {
    const { processors, service } = collectorConfig({ ...settings, samplingPercentage: 10 });
    assert.deepEqual(service.pipelines.traces.processors, ["memory_limiter", "probabilistic_sampler", "batch"]);
    assert.deepEqual(processors.memory_limiter, { check_interval: "1s", limit_mib: 409, spike_limit_mib: 81 });
    assert.equal(processors.probabilistic_sampler?.sampling_percentage, 10);
    assert.deepEqual(collectorConfig(settings).service.pipelines.traces.processors, ["memory_limiter", "batch"]);
  });

  it("sends to the address that it is given, and only counts without one", () => {
    const sending = collectorConfig({ ...settings, endpoint, insecure: true });
    assert.deepEqual(sending.exporters.otlp?.tls, { insecure: true });
    assert.deepEqual(sending.service.pipelines.traces.exporters, ["otlp"]);
    assert.deepEqual(collectorConfig(settings).service.pipelines.traces.exporters, ["debug"]);
  });

  it("defines every component that it uses", () => {
    for (const config of [
      collectorConfig(settings),
      collectorConfig({ ...settings, endpoint, samplingPercentage: 1 }),
    ]) {
      const { receivers, processors, exporters } = config.service.pipelines.traces;
      assert.deepEqual(receivers, Object.keys(config.receivers));
      assert.deepEqual(processors, Object.keys(config.processors));
      assert.deepEqual(exporters, Object.keys(config.exporters));
      assert.deepEqual(config.service.extensions, Object.keys(config.extensions));
    }
  });
});

describe("openTelemetryCollectorObjects", () => {
  it("rolls the Pods when the configuration changes", () => {
    const other = openTelemetryCollectorObjects("opentelemetry-collector", { ...args, endpoint });
    assert.notEqual(nameOf(other.config), nameOf(objects.config));
    const mounted = podOf(other.deployment).volumes[0]?.configMap?.name;
    assert.equal(mounted, nameOf(other.config));
  });

  it("takes traces from tenants and the platform, sends them to one port, and lets the scraper in", () => {
    const policy = (overrides: object) =>
      openTelemetryCollectorObjects("opentelemetry-collector", { ...args, ...overrides }).networkPolicy.spec as {
        ingress: { ports: { port: number }[] }[];
        egress: { ports: { port: number }[] }[];
      };
    assert.deepEqual(
      policy({}).ingress.map(({ ports }) => ports.map(({ port }) => port)),
      [[4317, 4318]],
    );
    assert.deepEqual(policy({}).egress, []);
    assert.deepEqual(policy({ endpoint }).egress.at(-1)?.ports, [{ protocol: "TCP", port: 4317 }]);
    assert.equal(policy({ scraper: { namespace: "monitoring" } }).ingress[0]?.ports[0]?.port, 8888);
  });

  it("collects garbage before its memory is used up", () => {
    const [container] = podOf(objects.deployment).containers;
    assert.equal(environmentOf(container)["GOMEMLIMIT"], "409MiB");
    assert.equal(container.resources.limits["memory"], "512Mi");
  });

  it("is scraped on a port that it opens", () => {
    const [target] = openTelemetryCollectorScrapeTargets("opentelemetry-collector", args);
    const ports = podOf(objects.deployment).containers[0].ports?.map(({ name }) => name);
    assert.ok(target && ports?.includes(target.port), ports?.join(" "));
  });

  it("gives the address for services", async () => {
    let address = "";
    await registeredBy(() => new OpenTelemetryCollector("otel", args).endpoint.apply((value) => (address = value)));
    assert.equal(address, "http://otel.genai-addons.svc.cluster.local:4317");
  });
});
