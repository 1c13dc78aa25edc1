package dev.rapid.azure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.SessionSetup;
import dev.rapid.azure.WorkerSettings;
import dev.rapid.azure.WorkerStart;
import dev.rapid.azure.app.AppIndex;
import dev.rapid.azure.protocol.FunctionRpcGrpc;
import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.StartStream;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.WorkerLog;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the next message of a worker may come. */
@Timeout(60)
final class EventStreamTest {

  private static final StreamingMessage START =
      StreamingMessage.newBuilder()
          .setStartStream(StartStream.newBuilder().setWorkerId("worker"))
          .build();
  private static final StreamingMessage LOG =
      StreamingMessage.newBuilder().setRpcLog(RpcLog.newBuilder().setMessage("hello")).build();

  private final FakeCall call = new FakeCall();

  /** A call that counts the messages that it may bring. */
  private static final class FakeCall extends ServerCall<StreamingMessage, StreamingMessage> {

    private final AtomicInteger requested = new AtomicInteger();
    private @Nullable Status closed;

    @Override
    public void request(int messages) {
      requested.addAndGet(messages);
    }

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(StreamingMessage message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      closed = status;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<StreamingMessage, StreamingMessage> getMethodDescriptor() {
      return FunctionRpcGrpc.getEventStreamMethod();
    }
  }

  @Test
  void the_next_message_comes_when_the_last_one_has_been_handled()
      throws IOException, InterruptedException {
    VirtualTime time = new VirtualTime();
    try (GrpcWorkerHost host = GrpcWorkerHost.start(time, time)) {
      Session session = (Session) host.open(setup());
      EventStream stream = new EventStream(call, new WorkerStream(call), id -> session);
      stream.onMessage(START);
      assertThat(call.requested).hasValue(1);
      CountDownLatch busy = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      Thread other =
          Thread.ofVirtual()
              .start(() ->
                  session.run(() -> {
                    busy.countDown();
                    await(goOn);
                  }));
      await(busy);

      stream.onMessage(LOG);
      assertThat(call.requested).hasValue(1);

      goOn.countDown();
      other.join();
      assertThat(call.requested).hasValue(2);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_stream_that_ends_without_a_message_is_refused() {
    EventStream stream = new EventStream(call, new WorkerStream(call), id -> null);

    stream.onHalfClose();

    assertThat(call.closed).extracting(Status::getCode).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private static SessionSetup setup() {
    AzureSettings app =
        new AzureSettings(
            AzureBench.APP,
            null,
            null,
            List.of(),
            null,
            null,
            AzureSettings.ArgumentStyle.BOTH,
            Map.of(),
            AzureBench.TIMERS,
            "4.1037.0",
            false,
            null,
            AzureSettings.HttpResponse.ENVELOPE);
    return new SessionSetup(
        1,
        new WorkerStart("127.0.0.1", 0, "worker", "request", false),
        new WorkerSettings(app, null, AzureSettings.Indexing.HOST, AzureBench.TIMERS, 1, null),
        new AppIndex(AzureBench.APP),
        Map::of,
        event -> {},
        WorkerLog.NONE);
  }
}
