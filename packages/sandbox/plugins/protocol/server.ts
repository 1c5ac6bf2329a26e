import { flushCompileCache } from "node:module";
import * as grpc from "@grpc/grpc-js";

/** What a handler gets and answers; the messages are the generated classes of `@pulumi/pulumi/proto`. */
export type Handler<Request, Response> = (request: Request) => Promise<Response> | Response;

/** An error with details that the engine understands. */
export class DetailedError extends Error {
  readonly metadata: grpc.Metadata;

  constructor(message: string, metadata: grpc.Metadata) {
    super(message);
    this.metadata = metadata;
  }
}

/** Turns a function into a gRPC method; an error reaches the engine as its message, never with a stack trace. */
export function unary<Request, Response>(handler: Handler<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, answer) => {
    Promise.resolve()
      .then(() => handler(call.request))
      .then(
        (response) => answer(null, response),
        (error: unknown) =>
          answer({
            code: grpc.status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
            metadata: error instanceof DetailedError ? error.metadata : new grpc.Metadata(),
          }),
      );
  };
}

/** Serves one gRPC service on a free loopback port and prints the port, which is how the engine finds a plugin. */
export function serve(service: grpc.ServiceDefinition, handlers: grpc.UntypedServiceImplementation): void {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(service, handlers);
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    // Not console.log: it colours numbers where FORCE_COLOR is set, and the engine reads this line.
    process.stdout.write(`${port}\n`);
    // Node writes its compile cache when it exits, but the engine kills its plugins.
    setTimeout(flushCompileCache, 1000);
  });
}

/** The engine's address: the first argument that is no option. */
export function engineAddress(): string | undefined {
  return process.argv.slice(2).find((argument) => !argument.startsWith("-"));
}
