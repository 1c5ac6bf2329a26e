import { assert } from "@genai/testing";
import { parseReference, storedName } from "./reference.ts";

describe("image references", () => {
  it("are named as containerd names them", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const cases: Record<string, string> = {
      "docker.io/vllm/vllm-openai:v0.30.0": "docker.io/vllm/vllm-openai:v0.30.0",
      "prom/prometheus:v3.8.0": "docker.io/prom/prometheus:v3.8.0",
      postgres: "docker.io/library/postgres:latest",
      "localhost:5000/app": "localhost:5000/app:latest",
      "nvcr.io/nvidia/k8s-device-plugin:v0.18.2": "nvcr.io/nvidia/k8s-device-plugin:v0.18.2",
      [`ghcr.io/a/b:1@${digest}`]: `ghcr.io/a/b@${digest}`,
    };
    for (const [reference, name] of Object.entries(cases)) assert.equal(storedName(reference), name);
  });

  it("say which registry would serve them", () => {
    assert.equal(parseReference("grafana/grafana:12.1.0").registry, "docker.io");
    assert.equal(parseReference("ghcr.io/berriai/litellm:v1").registry, "ghcr.io");
  });

  it("that are none are refused", () => {
    assert.throws(() => parseReference("not an image"), /no image reference/);
  });
});
