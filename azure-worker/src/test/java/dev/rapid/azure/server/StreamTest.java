package dev.rapid.azure.server;

import static dev.rapid.azure.server.AzureBench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.StartStream;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.StreamingMessage.ContentCase;
import dev.rapid.core.sandbox.Phase;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which streams belong to a session, and what is on their wire. */
@Timeout(60)
final class StreamTest {

  private @Nullable AzureBench bench;

  @AfterEach
  void closeBench() {
    if (bench != null) {
      bench.close();
    }
  }

  private AzureBench open() {
    AzureBench opened = AzureBench.choice().open();
    bench = opened;
    return opened;
  }

  @Test
  void a_stream_of_an_unknown_worker_is_refused() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.start();

    ScriptedWorker stranger = opened.connect(UUID.randomUUID().toString()).start();

    assertThat(stranger.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    worker.init(Map.of()).load();
    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void a_stream_that_begins_with_another_message_is_refused() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.start();

    ScriptedWorker wrong = opened.connect(opened.starts().getFirst().workerId());
    wrong.initialized(Map.of());

    assertThat(wrong.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    worker.init(Map.of()).load();
    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void a_second_stream_of_a_worker_is_refused() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.start().init(Map.of());

    ScriptedWorker second = opened.connect(opened.starts().getFirst().workerId()).start();

    assertThat(second.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    worker.load();
    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void a_second_first_message_is_dropped() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.start().init(Map.of());

    worker.send(
        StreamingMessage.newBuilder()
            .setStartStream(
                StartStream.newBuilder().setWorkerId(opened.starts().getFirst().workerId())));
    worker.load();

    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void garbage_as_the_first_message_is_refused() {
    AzureBench opened = open();
    ScriptedWorker worker = opened.start();
    ScriptedWorker wrong = opened.connect("id");

    wrong.sendBytes(new byte[] {(byte) 0xff, 7});

    assertThat(wrong.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    worker.init(Map.of()).load();
    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void the_headers_name_a_compression_that_the_messages_do_not_have() {
    AzureBench opened = open();

    ScriptedWorker worker = opened.start().init(Map.of());
    worker.await(ContentCase.FUNCTION_LOAD_REQUEST);

    assertThat(
            worker
                .headers()
                .get(Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("gzip");
    assertThat(worker.wereMessagesCompressed()).isFalse();
  }

  @Test
  void the_oldest_workers_call_the_service_by_another_name() {
    AzureBench opened = open();
    opened.start();

    ScriptedWorker old =
        opened.connectToOldService(opened.starts().getFirst().workerId()).init(Map.of());
    old.load();

    eventually(() -> opened.sandbox().state().phase().equals(Phase.Serving.IDLE));
  }

  @Test
  void a_session_that_is_over_takes_no_stream() {
    AzureBench opened = open();
    opened.start();
    opened.time().advanceBy(AzureBench.TIMERS.startup());
    opened.awaitCold();

    ScriptedWorker late = opened.started().start();

    assertThat(late.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }
}
