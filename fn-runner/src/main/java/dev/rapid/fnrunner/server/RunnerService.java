package dev.rapid.fnrunner.server;

import static dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc.SERVICE_NAME;
import static dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc.getConfigureRunnerMethod;
import static dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc.getEngageMethod;
import static dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc.getStatus2Method;
import static dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc.getStatusMethod;
import static dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc.getStreamLogsMethod;

import dev.rapid.fnrunner.server.protocol.ClientMsg;
import dev.rapid.fnrunner.server.protocol.ConfigStatus;
import dev.rapid.fnrunner.server.protocol.RunnerMsg;
import dev.rapid.fnrunner.server.protocol.RunnerStatus;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The methods of a runner (contract fn-runner, section 1.2). */
final class RunnerService {

  private static final byte[] NO_INPUT = "{}".getBytes(StandardCharsets.UTF_8);

  private final RunnerContext context;
  private final StatusRuns status;

  RunnerService(RunnerContext context) {
    this.context = context;
    this.status = new StatusRuns(context);
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(SERVICE_NAME)
        .addMethod(
            getEngageMethod().toBuilder(new AnyBytes(), getEngageMethod().getResponseMarshaller())
                .build(),
            (call, metadata) -> engage(call))
        .addMethod(
            getStatusMethod(),
            ServerCalls.asyncUnaryCall((empty, to) -> status.request(NO_INPUT, answerTo(to))))
        .addMethod(
            getStatus2Method(),
            ServerCalls.asyncUnaryCall(
                (input, to) -> status.request(StructJson.bytes(input), answerTo(to))))
        .addMethod(
            getConfigureRunnerMethod(),
            ServerCalls.asyncUnaryCall((config, to) -> {
              to.onNext(ConfigStatus.getDefaultInstance());
              to.onCompleted();
            }))
        // Not implemented: no program that reads logs this way is known.
        .addMethod(
            getStreamLogsMethod(),
            ServerCalls.asyncBidiStreamingCall(
                to -> ServerCalls.asyncUnimplementedStreamingCall(getStreamLogsMethod(), to)))
        .build();
  }

  private ServerCall.Listener<ClientMsg> engage(ServerCall<ClientMsg, RunnerMsg> call) {
    context.counters().opened();
    Engagement engagement = new Engagement(context, call);
    call.request(1);
    return engagement;
  }

  private static Consumer<RunnerStatus> answerTo(StreamObserver<RunnerStatus> to) {
    return result -> {
      to.onNext(result);
      to.onCompleted();
    };
  }

  /**
   * Reads messages. Bytes that are none are a message that a call does not expect: gRPC would write
   * a stack trace to the log for each of them.
   */
  private static final class AnyBytes implements MethodDescriptor.Marshaller<ClientMsg> {

    private final MethodDescriptor.Marshaller<ClientMsg> usual =
        getEngageMethod().getRequestMarshaller();

    @Override
    public InputStream stream(ClientMsg message) {
      return usual.stream(message);
    }

    @Override
    public ClientMsg parse(InputStream bytes) {
      try {
        return usual.parse(bytes);
      } catch (StatusRuntimeException e) {
        return ClientMsg.getDefaultInstance();
      }
    }
  }
}
