package dev.rapid.azure.server;

import static dev.rapid.azure.protocol.FunctionRpcGrpc.SERVICE_NAME;
import static dev.rapid.azure.protocol.FunctionRpcGrpc.getEventStreamMethod;

import dev.rapid.azure.protocol.StreamingMessage;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The service that workers call (contract azure-functions-worker, section 2). */
final class EventStreams {

  /** The name of the service in the first workers. */
  private static final String OLD_SERVICE_NAME = "FunctionRpc.FunctionRpc";

  private EventStreams() {}

  /**
   * Returns the service.
   *
   * @param sessions gives the session of a worker id, null if none is expected
   */
  static ServerServiceDefinition service(Function<String, @Nullable Session> sessions) {
    return service(SERVICE_NAME, sessions);
  }

  /** Returns the service under its old name. */
  static ServerServiceDefinition oldService(Function<String, @Nullable Session> sessions) {
    return service(OLD_SERVICE_NAME, sessions);
  }

  private static ServerServiceDefinition service(
      String name, Function<String, @Nullable Session> sessions) {
    MethodDescriptor<StreamingMessage, StreamingMessage> usual = getEventStreamMethod();
    String method =
        MethodDescriptor.generateFullMethodName(name, String.valueOf(usual.getBareMethodName()));
    return ServerServiceDefinition.builder(name)
        .addMethod(
            usual.toBuilder(
                    new AnyBytes(usual.getRequestMarshaller()), usual.getResponseMarshaller())
                .setFullMethodName(method)
                .setSchemaDescriptor(null)
                .build(),
            (call, headers) -> open(call, sessions))
        .build();
  }

  private static ServerCall.Listener<StreamingMessage> open(
      ServerCall<StreamingMessage, StreamingMessage> call,
      Function<String, @Nullable Session> sessions) {
    WorkerStream stream = new WorkerStream(call);
    stream.open();
    call.request(1);
    return new EventStream(call, stream, sessions);
  }

  /**
   * Reads messages. Bytes that are none become {@link EventStream#MALFORMED}: gRPC would write a
   * stack trace to the log for each of them.
   */
  private record AnyBytes(MethodDescriptor.Marshaller<StreamingMessage> usual)
      implements MethodDescriptor.Marshaller<StreamingMessage> {

    @Override
    public InputStream stream(StreamingMessage message) {
      return usual.stream(message);
    }

    @Override
    public StreamingMessage parse(InputStream bytes) {
      try {
        return usual.parse(bytes);
      } catch (StatusRuntimeException e) {
        return EventStream.MALFORMED;
      }
    }
  }
}
