import { assert } from "@genai/testing";
import { programOf } from "./processes.ts";

const directory = "/home/me/my app/.genai/clusters/dev";
const bin = `${directory}/.kwok/clusters/genai-dev-01234567/bin`;

describe("programOf", () => {
  it("knows the cluster's own programs, however the system separates arguments", () => {
    assert.equal(programOf(`${bin}/kube-apiserver\0--secure-port=1\0`, directory), "kube-apiserver");
    assert.equal(programOf(`${bin}/etcd --name=node0`, directory), "etcd");
    assert.equal(programOf(`${bin}/etcd`, directory), "etcd");
    assert.equal(programOf(`${directory}/kwokctl\0create\0cluster\0`, directory), "kwokctl");
  });

  it("takes a program that is only asked for its version for no component", () => {
    assert.equal(programOf(`${bin}/etcd\0--version\0`, directory), undefined);
  });

  it("leaves foreign processes alone, even those that mention the directory", () => {
    assert.equal(programOf(`tail\0-f\0${directory}/.kwok/clusters/x/logs/etcd.log\0`, directory), undefined);
    assert.equal(programOf("/usr/bin/etcd\0--name=node0\0", directory), undefined);
    assert.equal(programOf(`${directory}2/.kwok/clusters/x/bin/etcd\0`, directory), undefined);
    assert.equal(programOf(`${directory}/notes/etcd\0`, directory), undefined);
    assert.equal(programOf("", directory), undefined);
  });
});
