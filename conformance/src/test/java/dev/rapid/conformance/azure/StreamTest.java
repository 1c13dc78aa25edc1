package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.FunctionLoadRequest;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.WorkerActionResponse;
import dev.rapid.azure.protocol.WorkerHeartbeat;
import dev.rapid.azure.protocol.WorkerInitRequest;
import dev.rapid.azure.protocol.WorkerStatusResponse;
import dev.rapid.conformance.azure.fake.FakeWorker;
import dev.rapid.conformance.azure.fake.HostStream;
import dev.rapid.conformance.azure.fake.Messages;
import dev.rapid.conformance.azure.fake.OneByteRelay;
import io.grpc.DecompressorRegistry;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The stream itself: who may open one, and what comes over it (checks 2, 5, 18 and 24). */
@EnabledOnOs(OS.LINUX)
final class StreamTest {

  private static FakeFunctions functions;

  @BeforeAll
  static void start(@TempDir Path shared) {
    functions =
        FakeFunctions.at(shared)
            .function("unknown", UnknownId.class)
            .function("wrong", WrongFirstMessage.class)
            .function("again", SecondStartStream.class)
            .function("twin", SecondStream.class)
            .function("garbage", Garbage.class)
            .function("noise", Noise.class)
            .function("headers", NotesHeaders.class)
            .function("identity", OnlyIdentity.class)
            .function("service", OldService.class)
            .function("cut", FakeWorker.class)
            .function("ended", EndsItsSide.class)
            .function("malformed", Malformed.class)
            .function("empty", EmptyRequestIds.class)
            .function("foreign", ForeignRequestIds.class)
            .function("extra", UnwantedAnswers.class)
            .function("bytes", OneByteAtATime.class)
            .function("burst", Burst.class)
            .serve("--lazy-init");
  }

  @AfterAll
  static void end() {
    functions.close();
  }

  private static String hello(String function) {
    return functions.result(function, "\"hello\"");
  }

  /** Opens another stream with a wrong beginning before its own. */
  abstract static class Intruder extends FakeWorker {

    abstract StreamingMessage.Builder first();

    @Override
    protected void start() {
      HostStream other = open(message -> note("got " + message.getContentCase()));
      other.send(first());
      note(other.awaitEnd().getCode().name());
      super.start();
    }
  }

  /** Uses an id that the host did not give. */
  static class UnknownId extends Intruder {
    @Override
    StreamingMessage.Builder first() {
      return Messages.startStream(UUID.randomUUID().toString());
    }
  }

  /** Answers an init that was not asked for. */
  static class WrongFirstMessage extends Intruder {
    @Override
    StreamingMessage.Builder first() {
      return Messages.initResponse(Messages.SUCCESS, Map.of());
    }
  }

  @Test
  void check_02_a_stream_with_an_unknown_id_ends_alone() {
    assertThat(hello("unknown")).isEqualTo("\"hello\"");
    assertThat(functions.only("unknown").notes()).containsExactly("INVALID_ARGUMENT");
  }

  @Test
  void check_02_a_stream_with_a_wrong_first_message_ends_alone() {
    assertThat(hello("wrong")).isEqualTo("\"hello\"");
    assertThat(functions.only("wrong").notes()).containsExactly("INVALID_ARGUMENT");
  }

  /** Says twice on its stream who it is. */
  static class SecondStartStream extends FakeWorker {
    @Override
    protected void load(FunctionLoadRequest request) {
      super.start();
      super.load(request);
    }
  }

  @Test
  void check_02_a_second_start_stream_has_no_effect() {
    assertThat(hello("again")).isEqualTo("\"hello\"");
    assertThat(functions.only("again").messageCounts()).containsEntry("WORKER_INIT_REQUEST", 1);
  }

  /** Opens a second stream with its own id, as no worker does. */
  static class SecondStream extends FakeWorker {
    @Override
    protected void load(FunctionLoadRequest request) {
      HostStream other = open(message -> note("got " + message.getContentCase()));
      other.send(Messages.startStream(arguments().workerId()));
      note(other.awaitEnd().getCode().name());
      super.load(request);
    }
  }

  @Test
  void a_second_stream_with_the_same_id_ends_alone() {
    assertThat(hello("twin")).isEqualTo("\"hello\"");
    assertThat(functions.only("twin").notes()).containsExactly("INVALID_ARGUMENT");
  }

  /** Sends what no gRPC client sends, on connections of its own, before it is a proper worker. */
  static class Garbage extends FakeWorker {
    @Override
    protected void start() {
      try {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        write(noise);
        write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.UTF_8), noise);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      HostStream other = open(message -> note("got " + message.getContentCase()));
      other.send(new byte[] {1, 2, 3, 4, 5});
      note(other.awaitEnd().getCode().name());
      super.start();
    }

    private void write(byte[]... parts) throws IOException {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), arguments().port())) {
        for (byte[] part : parts) {
          socket.getOutputStream().write(part);
        }
        socket.shutdownOutput();
        InputStream in = socket.getInputStream();
        in.transferTo(java.io.OutputStream.nullOutputStream());
      } catch (java.net.SocketException closedByTheHost) {
        note("reset");
      }
    }
  }

  @Test
  void garbage_on_other_connections_does_not_affect_a_worker() {
    assertThat(hello("garbage")).isEqualTo("\"hello\"");
    assertThat(functions.only("garbage").notes()).doesNotContain("OK");
  }

  /** Sends messages that no host acts on. */
  static class Noise extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) throws Exception {
      send(StreamingMessage.newBuilder().setWorkerHeartbeat(WorkerHeartbeat.getDefaultInstance()));
      send(
          StreamingMessage.newBuilder()
              .setWorkerActionResponse(WorkerActionResponse.newBuilder().setReason("no")));
      send(StreamingMessage.newBuilder());
      // Field 99, as a newer worker may send.
      host().send(new byte[] {(byte) 0x9a, 6, 2, 8, 1});
      super.invocation(request);
    }
  }

  @Test
  void messages_that_a_host_does_not_know_or_use_are_ignored() {
    assertThat(hello("noise")).isEqualTo("\"hello\"");
    assertThat(hello("noise")).isEqualTo("\"hello\"");
    assertThat(functions.traces("noise")).hasSize(1);
  }

  /** Notes how the host's messages come. */
  static class NotesHeaders extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) throws Exception {
      note("grpc-encoding " + host().header("grpc-encoding"));
      note("compressed " + compressedMessages());
      super.invocation(request);
    }
  }

  /** Cannot decompress anything. */
  static class OnlyIdentity extends NotesHeaders {
    @Override
    protected DecompressorRegistry decompressors() {
      return DecompressorRegistry.emptyInstance().with(io.grpc.Codec.Identity.NONE, false);
    }
  }

  @Test
  void check_05_the_response_header_names_gzip_and_no_message_is_compressed() {
    hello("headers");
    functions.result("headers", "\"" + "x".repeat(100_000) + "\"");

    assertThat(functions.only("headers").notes())
        .containsOnly("grpc-encoding gzip", "compressed 0");
  }

  @Test
  void check_05_a_client_without_gzip_gets_what_it_accepts() {
    hello("identity");

    assertThat(functions.only("identity").notes())
        .contains("compressed 0")
        .doesNotContain("grpc-encoding gzip");
  }

  /** Calls the service by its name of 2017. */
  static class OldService extends FakeWorker {
    @Override
    protected String service() {
      return HostStream.OLD_SERVICE;
    }
  }

  @Test
  void the_service_has_its_old_name_too() {
    assertThat(hello("service")).isEqualTo("\"hello\"");
  }

  @Test
  void check_18_a_lost_stream_fails_the_invocation_and_ends_the_worker() {
    hello("cut");

    assertThat(functions.error("cut", "\"cut\"")).contains("\"Runtime.ExitError\"");

    FakeFunctions.awaitEnd(functions.traces("cut").getFirst());
    assertThat(hello("cut")).isEqualTo("\"hello\"");
  }

  /** Half-closes in an invocation, and lives on. */
  static class EndsItsSide extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) throws Exception {
      if (request.getInputData(0).getData().getString().equals("end")) {
        host().halfClose();
      } else {
        super.invocation(request);
      }
    }

    @Override
    protected void streamEnded(Status status) {
      sleepForever();
    }
  }

  @Test
  void check_18_a_worker_that_ends_its_side_of_the_stream_is_replaced() {
    hello("ended");

    assertThat(functions.error("ended", "\"end\"")).contains("\"Runtime.ExitError\"");

    FakeFunctions.awaitEnd(functions.traces("ended").getFirst());
    assertThat(hello("ended")).isEqualTo("\"hello\"");
  }

  /** Sends a message that is none, and lives on. */
  static class Malformed extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) throws Exception {
      if (request.getInputData(0).getData().getString().equals("malformed")) {
        // The length of the string is beyond the message.
        host().send(new byte[] {10, 100, 'x'});
      } else {
        super.invocation(request);
      }
    }

    @Override
    protected void streamEnded(Status status) {
      sleepForever();
    }
  }

  @Test
  void check_18_a_message_that_is_none_fails_the_invocation_and_ends_the_worker() {
    hello("malformed");

    assertThat(functions.error("malformed", "\"malformed\""))
        .contains("\"Runtime.Unknown\"")
        .contains("is no message");

    FakeFunctions.awaitEnd(functions.traces("malformed").getFirst());
    assertThat(hello("malformed")).isEqualTo("\"hello\"");
  }

  /** Says nothing of requests, as the Rust crate does. */
  static class EmptyRequestIds extends FakeWorker {
    @Override
    protected Map<String, String> capabilities() {
      return Map.of("WorkerStatus", "true");
    }

    @Override
    protected void start() {
      send(Messages.startStream(arguments().workerId()));
    }

    @Override
    protected void status(String requestId) {
      super.status("");
    }
  }

  /** Puts the same foreign id into all answers. */
  static class ForeignRequestIds extends FakeWorker {
    private static final String FOREIGN = "not yours";

    @Override
    protected void start() {
      send(Messages.startStream(arguments().workerId()).setRequestId(FOREIGN));
    }

    @Override
    protected void init(WorkerInitRequest request) {
      send(Messages.initResponse(Messages.SUCCESS, Map.of()).setRequestId(FOREIGN));
    }

    @Override
    protected void load(FunctionLoadRequest request) {
      send(Messages.loadResponse(request.getFunctionId(), Messages.SUCCESS).setRequestId(FOREIGN));
    }

    @Override
    protected void invocation(InvocationRequest request) {
      send(
          Messages.response(request.getInvocationId(), Messages.string("foreign"))
              .setRequestId(FOREIGN));
    }
  }

  @Test
  void check_24_answers_without_a_request_id_are_matched() {
    assertThat(hello("empty")).isEqualTo("\"hello\"");
  }

  @Test
  void check_24_answers_with_a_foreign_and_repeated_request_id_are_matched() {
    assertThat(hello("foreign")).isEqualTo("\"foreign\"");
    assertThat(hello("foreign")).isEqualTo("\"foreign\"");
  }

  /** Answers twice, late, and what was not asked. */
  static class UnwantedAnswers extends FakeWorker {
    @Override
    protected void init(WorkerInitRequest request) {
      super.init(request);
      super.init(request);
    }

    @Override
    protected void load(FunctionLoadRequest request) {
      send(Messages.loadResponse("another", Messages.failure("No", "not yours", "")));
      super.load(request);
      send(Messages.loadResponse(request.getFunctionId(), Messages.failure("No", "late", "")));
      send(
          StreamingMessage.newBuilder()
              .setWorkerStatusResponse(WorkerStatusResponse.getDefaultInstance()));
    }

    @Override
    protected void invocation(InvocationRequest request) throws Exception {
      send(Messages.response("unknown", Messages.string("of nobody")));
      super.invocation(request);
      send(Messages.response(request.getInvocationId(), Messages.string("late")));
    }
  }

  @Test
  void check_24_repeated_late_and_unknown_answers_are_dropped() {
    for (int i = 0; i < 20; i++) {
      assertThat(functions.result("extra", "\"number " + i + "\""))
          .isEqualTo("\"number " + i + "\"");
    }
    assertThat(functions.traces("extra")).hasSize(1);
  }

  /** Its bytes come one by one. */
  static class OneByteAtATime extends FakeWorker {
    @Override
    protected int connectTo(int port) {
      return OneByteRelay.to(port);
    }
  }

  @Test
  void a_worker_whose_bytes_come_one_by_one_answers() {
    String event = "\"" + "y".repeat(2_000) + "\"";

    assertThat(functions.result("bytes", event)).isEqualTo(event);
  }

  /** Says a thousand things at once before each answer. */
  static class Burst extends FakeWorker {
    @Override
    protected void invocation(InvocationRequest request) throws Exception {
      for (int i = 0; i < 500; i++) {
        send(
            Messages.log(
                request.getInvocationId(),
                RpcLog.RpcLogCategory.User,
                RpcLog.Level.Information,
                "shot " + i));
        send(Messages.response("unknown " + i, Messages.string("nothing")));
      }
      super.invocation(request);
    }
  }

  @Test
  void a_thousand_messages_at_once_are_taken_in_their_order() {
    assertThat(hello("burst")).isEqualTo("\"hello\"");

    functions.rapid().awaitOutput("shot 499");
    assertThat(
            functions
                .rapid()
                .output()
                .lines()
                .filter(line -> line.contains("shot "))
                .map(line -> line.replaceFirst(".*shot ", "")))
        .containsExactlyElementsOf(
            java.util.stream.IntStream.range(0, 500).mapToObj(String::valueOf).toList());
  }
}
