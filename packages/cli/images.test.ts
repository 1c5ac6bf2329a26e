import { assert } from "@genai/testing";
import { absentSecrets, deployedImages, imageNotes } from "./images.ts";

const workload = (kind: string, ...images: string[]) => ({
  apiVersion: "apps/v1",
  kind,
  spec: { template: { spec: { containers: images.map((image) => ({ name: "main", image })) } } },
});

describe("deployedImages", () => {
  it("finds each image once, of every kind that makes Pods", () => {
    const { spec } = workload("Job", "c");
    const cronJob = { apiVersion: "batch/v1", kind: "CronJob", spec: { jobTemplate: { spec } } };
    const secret = { apiVersion: "v1", kind: "Secret" };
    const objects = [workload("Deployment", "b", "a"), workload("DaemonSet", "a"), cronJob, secret];
    assert.deepEqual(deployedImages(objects), ["a", "b", "c"]);
  });
});

describe("absentSecrets", () => {
  it("are those that Pods read and that the stack does not make", () => {
    const env = ["own", "users"].map((name) => ({ name, valueFrom: { secretKeyRef: { name, key: "token" } } }));
    const pod = { containers: [{ name: "main", image: "a", env }] };
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", spec: { template: { spec: pod } } };
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "own" } };
    assert.deepEqual(absentSecrets([deployment, secret]), ["users"]);
  });
});

describe("imageNotes", () => {
  it("say what runs instead of an image, and nothing of one that was pulled", () => {
    const report = { reference: "one:1", obtained: "pulled", workload: "real", from: "docker.io" } as const;
    assert.deepEqual(imageNotes([report]), []);
    const standIn = {
      ...report,
      reference: "two:1",
      obtained: "stand-in",
      from: "a simulator",
      differs: "No model.",
    } as const;
    const none = {
      ...report,
      reference: "three:1",
      obtained: "unavailable",
      workload: "simulated",
      from: "it needs a GPU",
    } as const;
    assert.deepEqual(imageNotes([report, standIn, none]), [
      "Images that were not pulled:",
      "  stand-in   two:1: a simulator. No model.",
      "  simulated  three:1: it needs a GPU.",
    ]);
  });
});
