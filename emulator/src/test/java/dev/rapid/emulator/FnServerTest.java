package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rapid.emulator.settings.FnBinding;
import dev.rapid.emulator.settings.FnSettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.fnrunner.server.protocol.ClientMsg;
import dev.rapid.fnrunner.server.protocol.DataFrame;
import dev.rapid.fnrunner.server.protocol.RunnerMsg;
import dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc;
import dev.rapid.fnrunner.server.protocol.TryCall;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runner that a Rapid finds by its name: the one that speaks gRPC. */
@Timeout(120)
final class FnServerTest {

  @TempDir private Path directory;

  @Test
  void the_usual_runner_answers_a_call_over_grpc() throws Exception {
    FunctionSettings function =
        FunctionSettings.builder(EchoRuntime.command(), directory)
            .name("greeter")
            .initTimeout(Duration.ofSeconds(60))
            .fn(new FnBinding(List.of(), List.of("demo/greeter"), null, false))
            .build();
    try (Rapid rapid =
        Rapid.builder()
            .function(function)
            .fnRunner(FnSettings.at(new HostPort("127.0.0.1", 0)))
            .start()) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress(Objects.requireNonNull(rapid.fnRunnerAddress()))
              .usePlaintext()
              .build();
      try {
        List<RunnerMsg> answer = call(channel);

        assertThat(answer.getFirst().getResultStart().getHttp().getStatusCode()).isEqualTo(200);
        assertThat(answer.get(1).getData().getData().toStringUtf8()).contains("greeting");
        assertThat(answer.getLast().getFinished().getSuccess()).isTrue();
        assertThat(answer.getLast().getFinished().getDetails()).isEqualTo("01CALL");
      } finally {
        var unused = channel.shutdownNow();
      }
    }
  }

  /** Makes a call, and returns all messages up to the end of the stream. */
  private static List<RunnerMsg> call(ManagedChannel channel) {
    List<RunnerMsg> messages = new ArrayList<>();
    CompletableFuture<List<RunnerMsg>> end = new CompletableFuture<>();
    StreamObserver<ClientMsg> stream =
        RunnerProtocolGrpc.newStub(channel)
            .engage(
                new StreamObserver<>() {
                  @Override
                  public void onNext(RunnerMsg message) {
                    messages.add(message);
                  }

                  @Override
                  public void onError(Throwable cause) {
                    var unused = end.completeExceptionally(cause);
                  }

                  @Override
                  public void onCompleted() {
                    var unused = end.complete(messages);
                  }
                });
    stream.onNext(
        ClientMsg.newBuilder()
            .setTry(
                TryCall.newBuilder()
                    .setModelsCallJson(
                        "{\"id\":\"01CALL\",\"image\":\"demo/greeter\",\"timeout\":60}"))
            .build());
    stream.onNext(
        ClientMsg.newBuilder()
            .setData(DataFrame.newBuilder().setData(ByteString.copyFromUtf8("\"x\"")).setEof(true))
            .build());
    return end.join();
  }
}
