package dev.rapid.invokeapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code InvokeWithResponseStream} (Invoke API contract, section 3). */
final class ResponseStreamTest extends InvokeApiTest {

  private static final String PATH = "/2021-11-15/functions/echo/response-streaming-invocations";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicReference<@Nullable WireAnswer> toldToRuntime = new AtomicReference<>();

  private WireAnswer stream(String... headers) {
    return emulator().connect().post(PATH, "{}", headers);
  }

  private static List<EventStreamReader.Frame> frames(WireAnswer answer) {
    return EventStreamReader.readAll(answer.body());
  }

  private static byte[] content(List<EventStreamReader.Frame> frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (EventStreamReader.Frame frame : frames) {
      if ("PayloadChunk".equals(frame.headers().get(":event-type"))) {
        all.writeBytes(frame.bytes());
      }
    }
    return all.toByteArray();
  }

  private static String end(List<EventStreamReader.Frame> frames) {
    EventStreamReader.Frame last = frames.getLast();
    assertThat(last.headers()).containsEntry(":event-type", "InvokeComplete");
    return last.text();
  }

  private static void assertStream(WireAnswer answer, String content, String end) {
    assertThat(answer.status()).isEqualTo(200);
    List<EventStreamReader.Frame> frames = frames(answer);
    assertThat(content(frames)).asString(UTF_8).isEqualTo(content);
    assertThat(end(frames)).isEqualTo(end);
  }

  /** Lets the function answer once, and all that come later. */
  private void startOnce(RuntimeScript script) {
    AtomicInteger lives = new AtomicInteger();
    start(runtime -> {
      if (lives.getAndIncrement() == 0) {
        script.run(runtime);
      }
      RuntimeScript.ECHO.run(runtime);
    });
  }

  // ------------------------------------------------------------------ what goes well

  @Test
  void the_head_is_that_of_an_event_stream() {
    startOnce(
        runtime -> runtime.stream(runtime.next(), "Content-Type: text/plain").write("a").end());

    WireAnswer answer = stream();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/vnd.amazon.eventstream");
    assertThat(answer.header("x-amzn-Remapped-Content-Type")).isEqualTo("text/plain");
    assertThat(answer.header("X-Amz-Executed-Version")).isEqualTo("$LATEST");
    assertThat(answer.header("x-amzn-RequestId")).isEqualTo(emulator().onlyEvent().requestId());
    assertThat(answer.header("X-Amzn-Trace-Id")).startsWith("Root=");
    assertThat(answer.header("Content-Length")).isNull();
    assertThat(answer.header("X-Amz-Function-Error")).isNull();
  }

  @Test
  void bytes_reach_the_caller_before_the_function_ends() {
    startOnce(runtime -> {
      RuntimeClient.Streaming response = runtime.stream(runtime.next()).write("first");
      release.await();
      toldToRuntime.set(response.write("second").end());
    });
    WireClient client = emulator().connect().sendRequest("POST", PATH, "{}".getBytes(UTF_8));

    assertThat(client.receiveHead().status()).isEqualTo(200);
    EventStreamReader reader = new EventStreamReader();
    reader.read(client.receiveChunk());

    assertThat(content(reader.frames())).asString(UTF_8).isEqualTo("first");
    assertThat(toldToRuntime.get()).isNull();
    release.countDown();
    for (byte[] chunk = client.receiveChunk(); chunk.length > 0; chunk = client.receiveChunk()) {
      reader.read(chunk);
    }
    assertThat(content(reader.end())).asString(UTF_8).isEqualTo("firstsecond");
    assertThat(end(reader.frames())).isEqualTo("{}");
  }

  @Test
  void the_runtime_is_told_202_at_the_end() {
    startOnce(runtime -> toldToRuntime.set(runtime.stream(runtime.next()).write("a").end()));

    assertStream(stream(), "a", "{}");

    await().atMost(PATIENCE).untilAsserted(() -> assertThat(toldToRuntime.get()).isNotNull());
    assertThat(String.valueOf(toldToRuntime.get())).contains("202");
  }

  @Test
  void a_response_in_one_piece_is_a_stream_too() {
    start(RuntimeScript.ECHO);

    assertStream(stream(), "{}", "{}");
  }

  @Test
  void an_empty_response_has_only_an_end() {
    startOnce(runtime -> runtime.stream(runtime.next()).end());

    assertThat(frames(stream())).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_536, 65_537, 9_000_000})
  void content_of_any_length_is_identical(int length) {
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) (i % 251);
    }
    startOnce(runtime -> runtime.stream(runtime.next()).write(content).end());

    List<EventStreamReader.Frame> frames = frames(stream());

    assertThat(content(frames)).isEqualTo(content);
    assertThat(end(frames)).isEqualTo("{}");
    assertThat(emulator().usedBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DryRun", "Event"})
  void the_type_of_the_invocation_is_of_no_interest(String type) {
    start(RuntimeScript.ECHO);

    assertStream(stream("X-Amz-Invocation-Type: " + type), "{}", "{}");
  }

  @Test
  void the_end_of_the_log_comes_with_the_end_of_the_stream() {
    start(RuntimeScript.ECHO);

    assertThat(end(frames(stream("X-Amz-Log-Type: Tail")))).startsWith("{\"LogResult\":\"");
  }

  @Test
  void what_is_longer_than_allowed_is_dropped_without_an_error() {
    AtomicInteger lives = new AtomicInteger();
    start(
        Emulator.emulator()
            .maxStreamedBytes(3)
            .runtime(runtime -> {
              if (lives.getAndIncrement() == 0) {
                toldToRuntime.set(
                    runtime.stream(runtime.next()).write("ab").write("cd").write("ef").end());
              }
              RuntimeScript.ECHO.run(runtime);
            }));

    assertStream(stream(), "abc", "{}");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(toldToRuntime.get()).isNotNull());
    assertThat(String.valueOf(toldToRuntime.get())).contains("202");
  }

  // ------------------------------------------------------------------ what goes wrong

  @Test
  void the_trailers_of_the_runtime_are_the_error_at_the_end() {
    String details = "{\"errorMessage\":\"m\"}";
    startOnce(runtime ->
        runtime.stream(
                runtime.next(),
                "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
            .write("part")
            .end(
                "Lambda-Runtime-Function-Error-Type: Runtime.StreamError",
                "Lambda-Runtime-Function-Error-Body: "
                    + Base64.getEncoder().encodeToString(details.getBytes(UTF_8))));

    assertStream(
        stream(),
        "part",
        "{\"ErrorCode\":\"Runtime.StreamError\","
            + "\"ErrorDetails\":\"{\\\"errorMessage\\\":\\\"m\\\"}\"}");
  }

  @Test
  void error_trailers_need_no_announcement_and_a_broken_body_leaves_the_type() {
    startOnce(runtime ->
        runtime.stream(runtime.next())
            .write("part")
            .end(
                "Lambda-Runtime-Function-Error-Type: T",
                "Lambda-Runtime-Function-Error-Body: not base64!"));

    assertStream(stream(), "part", "{\"ErrorCode\":\"T\"}");
  }

  @Test
  void empty_error_trailers_are_a_success() {
    startOnce(runtime ->
        runtime.stream(runtime.next())
            .write("all")
            .end("Lambda-Runtime-Function-Error-Type:", "Lambda-Runtime-Function-Error-Body:"));

    assertStream(stream(), "all", "{}");
  }

  @Test
  void errors_are_left_out_as_by_the_service_if_that_is_wanted() {
    start(
        Emulator.emulator()
            .withoutStreamErrors()
            .runtime(runtime -> {
              runtime.stream(runtime.next())
                  .write("part")
                  .end("Lambda-Runtime-Function-Error-Type: T");
              runtime.next();
            }));

    assertStream(stream(), "part", "{}");
  }

  @Test
  void an_error_in_place_of_a_response_is_payload_and_end() {
    startOnce(runtime ->
        runtime.fail(
            runtime.next(),
            "{\"errorType\":\"T\"}",
            "Lambda-Runtime-Function-Error-Type: Function.Boom"));

    assertStream(
        stream(),
        "{\"errorType\":\"T\"}",
        "{\"ErrorCode\":\"Function.Boom\",\"ErrorDetails\":\"{\\\"errorType\\\":\\\"T\\\"}\"}");
  }

  @Test
  void a_runtime_that_breaks_off_leaves_a_truncated_stream() {
    startOnce(runtime -> {
      runtime.stream(runtime.next()).write("part").breakOff();
      throw RuntimeScript.Exit.status(3);
    });

    assertStream(
        stream(),
        "part",
        "{\"ErrorCode\":\"Runtime.TruncatedResponse\","
            + "\"ErrorDetails\":\"The runtime's response ended before its announced end\"}");
    assertStream(stream(), "{}", "{}");
  }

  @Test
  void a_runtime_that_exits_before_its_response_is_a_stream_with_the_error() {
    startOnce(runtime -> {
      runtime.next();
      throw RuntimeScript.Exit.status(3);
    });

    List<EventStreamReader.Frame> frames = frames(stream());

    assertThat(content(frames)).asString(UTF_8).contains("Runtime.ExitError");
    assertThat(end(frames)).contains("\"ErrorCode\":\"Runtime.ExitError\"");
  }

  @Test
  void a_timeout_keeps_what_was_sent() {
    AtomicInteger lives = new AtomicInteger();
    start(
        Emulator.emulator()
            .functionTimeout(Duration.ofMillis(200))
            .runtime(runtime -> {
              if (lives.getAndIncrement() == 0) {
                runtime.stream(runtime.next()).write("part");
                new CountDownLatch(1).await();
              }
              RuntimeScript.ECHO.run(runtime);
            }));

    assertStream(
        stream(),
        "part",
        "{\"ErrorCode\":\"Sandbox.Timedout\","
            + "\"ErrorDetails\":\"Task timed out after 0.20 seconds\"}");
    assertStream(stream(), "{}", "{}");
    assertThat(emulator().usedBytes()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"unknown,404,ResourceNotFoundException", "a%20b,400,ValidationException"})
  void a_refused_request_is_an_ordinary_error(String function, int status, String type) {
    start(RuntimeScript.ECHO);

    WireAnswer answer = emulator().connect().post(PATH.replace("echo", function), "{}");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo(type);
  }

  @Test
  void a_body_that_is_no_json_is_refused() {
    start(RuntimeScript.ECHO);

    assertThat(emulator().connect().post(PATH, "no").status()).isEqualTo(400);
  }

  // ------------------------------------------------------------------ callers

  @Test
  void the_function_goes_on_when_its_caller_has_gone() {
    startOnce(runtime -> {
      RuntimeClient.Streaming response = runtime.stream(runtime.next()).write("first");
      release.await();
      for (int i = 0; i < 50; i++) {
        response.write(new byte[100_000]);
      }
      toldToRuntime.set(response.end());
    });
    WireClient client = emulator().connect().sendRequest("POST", PATH, "{}".getBytes(UTF_8));
    assertThat(client.receiveHead().status()).isEqualTo(200);

    client.reset();
    release.countDown();

    assertStream(stream(), "{}", "{}");
    assertThat(String.valueOf(toldToRuntime.get())).contains("202");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(emulator().usedBytes()).isZero());
  }

  @Test
  void a_caller_who_does_not_read_holds_the_runtime_back() {
    AtomicLong sent = new AtomicLong();
    long total = 64L * 1024 * 1024;
    startOnce(runtime -> {
      RuntimeClient.Streaming response = runtime.stream(runtime.next());
      byte[] block = new byte[64 * 1024];
      while (sent.get() < total) {
        response.write(block);
        sent.addAndGet(block.length);
      }
      response.end();
    });
    WireClient client =
        emulator().connectWithSmallBuffer().sendRequest("POST", PATH, "{}".getBytes(UTF_8));
    assertThat(client.receiveHead().status()).isEqualTo(200);

    AtomicLong before = new AtomicLong(-1);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> before.getAndSet(sent.get()) == sent.get());

    assertThat(sent.get()).isLessThan(total / 2);
    assertThat(emulator().usedBytes()).isLessThan(1024 * 1024);
    long received = 0;
    for (byte[] chunk = client.receiveChunk(); chunk.length > 0; chunk = client.receiveChunk()) {
      received += chunk.length;
    }
    assertThat(received).isGreaterThan(total);
  }

  @Test
  void a_connection_serves_the_next_invocation_after_a_stream() {
    start(RuntimeScript.ECHO);
    WireClient client = emulator().connect();

    assertStream(client.post(PATH, "1"), "1", "{}");
    assertStream(client.post(PATH, "2"), "2", "{}");
  }
}
