package dev.rapid.azure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.FunctionRpcGrpc;
import dev.rapid.azure.protocol.StreamingMessage;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When messages are written, and when their payloads can be released. */
final class WorkerStreamTest {

  private final FakeCall call = new FakeCall();
  private final WorkerStream stream = new WorkerStream(call);
  private final List<String> done = new ArrayList<>();

  /** A call that takes so many messages as the test says. */
  private static final class FakeCall extends ServerCall<StreamingMessage, StreamingMessage> {

    private final List<String> sent = new ArrayList<>();
    private int room;
    private @Nullable Status closed;

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(StreamingMessage message) {
      room--;
      sent.add(message.getRequestId());
    }

    @Override
    public boolean isReady() {
      return room > 0;
    }

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

  private WorkerStream.Outgoing send(String id) {
    return stream.send(StreamingMessage.newBuilder().setRequestId(id).build(), () -> done.add(id));
  }

  @Test
  void messages_wait_until_the_worker_takes_them() {
    send("a");
    send("b");
    assertThat(call.sent).isEmpty();

    call.room = 1;
    stream.proceed();
    assertThat(call.sent).containsExactly("a");
    assertThat(done).containsExactly("a");

    call.room = 1;
    stream.proceed();
    assertThat(call.sent).containsExactly("a", "b");
  }

  @Test
  void a_message_that_waits_can_be_withdrawn() {
    WorkerStream.Outgoing message = send("a");

    assertThat(stream.withdraw(message)).isTrue();

    call.room = 1;
    stream.proceed();
    assertThat(call.sent).isEmpty();
    assertThat(done).containsExactly("a");
  }

  @Test
  void a_message_that_was_written_cannot_be_withdrawn() {
    call.room = 1;
    WorkerStream.Outgoing message = send("a");

    assertThat(stream.withdraw(message)).isFalse();

    assertThat(done).containsExactly("a");
  }

  @Test
  void what_waits_is_dropped_at_the_end() {
    WorkerStream.Outgoing message = send("a");

    stream.end();

    assertThat(call.closed).isEqualTo(Status.OK);
    assertThat(done).containsExactly("a");
    assertThat(stream.withdraw(message)).isTrue();
    assertThat(done).containsExactly("a");
  }

  @Test
  void nothing_is_written_after_the_end() {
    stream.end();
    call.room = 1;

    WorkerStream.Outgoing message = send("a");

    assertThat(call.sent).isEmpty();
    assertThat(done).containsExactly("a");
    assertThat(stream.withdraw(message)).isTrue();
  }
}
