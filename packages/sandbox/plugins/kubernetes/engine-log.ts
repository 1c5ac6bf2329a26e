import * as grpc from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";

/** Tells the engine how a resource is coming on; the engine shows the newest message beside it. */
export class EngineLog {
  readonly #client: InstanceType<typeof engineServices.EngineClient> | undefined;

  /** @param address The engine's; without one, nothing is told. */
  constructor(address: string | undefined) {
    this.#client = address ? new engineServices.EngineClient(address, grpc.credentials.createInsecure()) : undefined;
  }

  status(urn: string, message: string): void {
    const request = new engineMessages.LogRequest();
    request.setSeverity(engineMessages.LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(true);
    // Progress is a courtesy: an engine that has gone away must not fail the operation.
    this.#client?.log(request, () => {});
  }
}
