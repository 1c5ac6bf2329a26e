import { assert } from "@genai/testing";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import { programArguments } from "./arguments.ts";

describe("language host", () => {
  it("starts a program with what the engine asks for", () => {
    const info = new messages.ProgramInfo();
    info.setRootDirectory("/work");
    info.setEntryPoint("stacks/platform/index.ts");
    const request = new messages.RunRequest();
    request.setInfo(info);
    request.setMonitorAddress("127.0.0.1:1");
    request.setProject("genai");
    request.setStack("dev");
    request.setParallel(128);
    request.setDryrun(true);
    assert.deepEqual(programArguments(request, "127.0.0.1:2"), [
      ...["--monitor", "127.0.0.1:1", "--engine", "127.0.0.1:2", "--project", "genai", "--root-directory", "/work"],
      ...["--stack", "dev", "--parallel", "128", "--dry-run", "stacks/platform/index.ts"],
    ]);
  });

  it("runs the directory itself where no entry point is named, and says nothing of a dry run in an update", () => {
    const last = programArguments(new messages.RunRequest(), "127.0.0.1:2").slice(-2);
    assert.deepEqual(last, ["0", "."]);
  });
});
