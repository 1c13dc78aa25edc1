package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.invokeapi.Emulator.STREAM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** InvokeWithResponseStream (contract invoke-api, section 3). */
final class ResponseStreamTest extends InvokeApiTest {

  private static final Duration SHORT = Duration.ofMillis(60);
  private static final String BOOM = base64("{\"errorMessage\":\"m\"}");

  /** What the runtime waits for in mid-stream. */
  private final Semaphore permits = new Semaphore(0);

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** Does something once, and echoes in all later invocations and lives. */
  private void startThenEcho(Emulator.Builder builder, RuntimeScript script) {
    AtomicInteger lives = new AtomicInteger();
    start(
        builder.runtime(runtime -> {
          if (lives.getAndIncrement() == 0) {
            script.run(runtime);
          }
          RuntimeScript.ECHO.run(runtime);
        }));
  }

  private void startThenEcho(RuntimeScript script) {
    startThenEcho(Emulator.emulator(), script);
  }

  private WireAnswer stream(String... headers) {
    return emulator().stream("{}", headers);
  }

  private static void assertHead(WireAnswer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/vnd.amazon.eventstream");
    assertThat(answer.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(answer.header("Connection")).isEqualTo("keep-alive");
    assertThat(answer.header("Date")).isNotNull();
    assertThat(answer.header("X-Amz-Executed-Version")).isEqualTo("$LATEST");
    assertThat(answer.header("X-Amzn-Trace-Id")).startsWith("Root=1-");
    assertThat(answer.header("X-Amz-Log-Result")).isNull();
    assertThat(answer.header("X-Amz-Function-Error")).isNull();
    assertThat(answer.header("Content-Length")).isNull();
  }

  /** Returns the payload behind which the given completion comes. */
  private static String payloadOf(WireAnswer answer, String completion) {
    assertHead(answer);
    List<EventStreamReader.Frame> frames = EventStreamReader.readAll(answer.body());
    StringBuilder payload = new StringBuilder();
    for (EventStreamReader.Frame frame : frames.subList(0, frames.size() - 1)) {
      assertThat(frame.headers())
          .containsExactlyEntriesOf(event("PayloadChunk", "application/octet-stream"));
      assertThat(frame.bytes()).isNotEmpty();
      payload.append(frame.text());
    }
    EventStreamReader.Frame last = frames.getLast();
    assertThat(last.headers())
        .containsExactlyEntriesOf(event("InvokeComplete", "application/json"));
    assertThat(json(last.text())).isEqualTo(json(completion));
    return payload.toString();
  }

  private static Map<String, String> event(String type, String contentType) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":event-type", type);
    headers.put(":content-type", contentType);
    headers.put(":message-type", "event");
    return headers;
  }

  private static String failure(String code, String details) {
    return "{\"ErrorCode\":\"" + code + "\",\"ErrorDetails\":\"" + details + "\"}";
  }

  private void assertNextInvocationWorks() {
    assertReturned(emulator().invoke("\"next\""), "\"next\"");
  }

  // ------------------------------------------------------------------ responses

  @Test
  void a_response_comes_as_events_behind_the_head() {
    startThenEcho(runtime -> {
      WireAnswer accepted =
          runtime.stream(runtime.next(), "Content-Type: text/plain")
              .write("Hello ")
              .write("world ")
              .end();
      assertThat(accepted.status()).isEqualTo(202);
    });

    WireAnswer answer = stream();

    assertThat(payloadOf(answer, "{}")).isEqualTo("Hello world ");
    assertThat(answer.header("x-amzn-Remapped-Content-Type")).isEqualTo("text/plain");
    assertThat(answer.header("x-amzn-RequestId")).isEqualTo(emulator().onlyEvent().requestId());
    assertNextInvocationWorks();
  }

  @Test
  void one_block_and_the_end_are_the_bytes_of_the_cloud() {
    startThenEcho(runtime -> runtime.stream(runtime.next()).write("{\"hello\":\"world\"}").end());

    byte[] body = stream().body();

    assertThat(Base64.getEncoder().encodeToString(Arrays.copyOf(body, 12)))
        .isEqualTo(
            Base64.getEncoder()
                .encodeToString(
                    new byte[] {
                      0, 0, 0, 0x7b, 0, 0, 0, 0x5a, 0x60, (byte) 0x9e, (byte) 0xb6, 0x5d
                    }));
    assertThat(body).hasSize(123 + 102);
  }

  @Test
  void the_content_type_is_binary_if_the_runtime_declares_none() {
    startThenEcho(runtime -> runtime.stream(runtime.next()).write("x").end());

    assertThat(stream().header("x-amzn-Remapped-Content-Type"))
        .isEqualTo("application/octet-stream");
  }

  @Test
  void what_the_function_sent_arrives_before_it_sends_more() {
    startThenEcho(runtime -> {
      RuntimeClient.Stream response = runtime.stream(runtime.next()).write("first");
      permits.acquire();
      response.write("second").end();
    });
    WireClient caller = emulator().connect().sendRequest("POST", STREAM, "{}".getBytes(UTF_8));
    assertHead(caller.receiveHead());
    EventStreamReader reader = new EventStreamReader();

    reader.read(caller.receiveChunk());

    assertThat(reader.frames()).hasSize(1);
    assertThat(reader.frames().getFirst().text()).isEqualTo("first");
    permits.release();
    for (byte[] chunk = caller.receiveChunk(); chunk.length > 0; chunk = caller.receiveChunk()) {
      reader.read(chunk);
    }
    assertThat(reader.end().stream().map(EventStreamReader.Frame::text))
        .containsExactly("first", "second", "{}");
  }

  @Test
  void the_head_waits_for_the_first_byte() {
    startThenEcho(runtime -> {
      RuntimeClient.Stream response = runtime.stream(runtime.next());
      permits.acquire();
      response.write("x").end();
    });
    WireClient caller = emulator().connect().sendRequest("POST", STREAM, "{}".getBytes(UTF_8));
    eventually(() -> emulator().seen().size() == 1);

    caller.expectNothing();
    permits.release();

    assertThat(payloadOf(caller.receive(), "{}")).isEqualTo("x");
  }

  @Test
  void seven_mebibytes_arrive_intact() {
    byte[] piece = new byte[1024 * 1024];
    for (int i = 0; i < piece.length; i++) {
      piece[i] = (byte) ('a' + i % 23);
    }
    startThenEcho(runtime -> {
      RuntimeClient.Stream response = runtime.stream(runtime.next());
      for (int i = 0; i < 7; i++) {
        response.write(piece);
      }
      response.end();
    });

    assertThat(payloadOf(stream(), "{}")).isEqualTo(new String(piece, UTF_8).repeat(7));
  }

  @Test
  void an_empty_response_is_only_the_completion() {
    startThenEcho(runtime -> runtime.stream(runtime.next()).end());

    assertThat(payloadOf(stream(), "{}")).isEmpty();
    assertNextInvocationWorks();
  }

  @Test
  void a_buffered_response_is_streamed_too() {
    WireAnswer answer = emulator().stream("{\"a\":1}");

    assertThat(payloadOf(answer, "{}")).isEqualTo("{\"a\":1}");
  }

  @Test
  void an_empty_buffered_response_is_only_the_completion() {
    startThenEcho(runtime -> runtime.respond(runtime.next(), ""));

    assertThat(payloadOf(stream(), "{}")).isEmpty();
  }

  @Test
  void a_streaming_function_can_be_invoked_without_a_stream() {
    startThenEcho(runtime -> runtime.stream(runtime.next()).write("\"a").write("b\"").end());

    assertReturned(emulator().invoke("{}"), "\"ab\"");
  }

  @Test
  void a_connection_serves_many_streams() {
    WireClient caller = emulator().connect();

    assertThat(payloadOf(caller.post(STREAM, "1"), "{}")).isEqualTo("1");
    assertThat(payloadOf(caller.post(STREAM, "2"), "{}")).isEqualTo("2");
    assertReturned(caller.post(Emulator.INVOKE, "3"), "3");
  }

  @Test
  void bytes_behind_the_limit_are_read_and_dropped() {
    startThenEcho(
        Emulator.emulator().maxStreamedBytes(5),
        runtime -> {
          WireAnswer accepted =
              runtime.stream(runtime.next()).write("abc").write("def").write("ghi").end();
          assertThat(accepted.status()).isEqualTo(202);
        });

    assertThat(payloadOf(stream(), "{}")).isEqualTo("abcde");
    assertNextInvocationWorks();
  }

  // ------------------------------------------------------------------ the log

  @Test
  void the_log_comes_with_the_completion() {
    WireAnswer answer = emulator().stream("{}", "X-Amz-Log-Type: Tail");

    assertThat(payloadOf(answer, "{\"LogResult\":\"\"}")).isEqualTo("{}");
  }

  // ------------------------------------------------------------------ failures

  @Test
  void errors_are_left_out_as_by_the_service_if_that_is_wanted() {
    startThenEcho(
        Emulator.emulator().withoutStreamErrors(),
        runtime ->
            runtime.stream(runtime.next())
                .write("part")
                .end("Lambda-Runtime-Function-Error-Type: T"));

    assertThat(payloadOf(stream(), "{}")).isEqualTo("part");
  }

  @Test
  void trailers_of_the_runtime_are_the_error_of_the_completion() {
    startThenEcho(runtime -> {
      RuntimeClient.Stream response =
          runtime.stream(
              runtime.next(),
              "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body");
      response
          .write("abc")
          .end(
              "Lambda-Runtime-Function-Error-Type: Runtime.Boom",
              "Lambda-Runtime-Function-Error-Body: " + BOOM);
    });

    WireAnswer answer = stream();

    assertThat(payloadOf(answer, failure("Runtime.Boom", "{\\\"errorMessage\\\":\\\"m\\\"}")))
        .isEqualTo("abc");
    assertNextInvocationWorks();
    assertThat(emulator().starts()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"errorMessage\":\"m\"}", "not json"})
  void a_reported_error_is_the_payload_and_the_error_of_the_completion(String body) {
    startThenEcho(runtime ->
        runtime.fail(runtime.next(), body, "Lambda-Runtime-Function-Error-Type: Function.Boom"));

    WireAnswer answer = stream();

    assertThat(payloadOf(answer, failure("Function.Boom", body.replace("\"", "\\\""))))
        .isEqualTo(body);
    assertNextInvocationWorks();
  }

  @ParameterizedTest
  @CsvSource({
    "ValueError, ValueError",
    "Function.Boom, Function.Boom",
    "Sandbox.Failure, Sandbox.Failure",
    "'', Unhandled"
  })
  void the_code_of_a_reported_error_is_the_type_that_the_runtime_gave_it(String sent, String code) {
    startThenEcho(runtime ->
        runtime.fail(runtime.next(), "{}", "Lambda-Runtime-Function-Error-Type: " + sent));

    assertThat(payloadOf(stream(), failure(code, "{}"))).isEqualTo("{}");
  }

  @Test
  void an_error_that_the_runtime_gave_no_type_is_unhandled() {
    startThenEcho(runtime -> runtime.fail(runtime.next(), "{}"));

    assertThat(payloadOf(stream(), failure("Unhandled", "{}"))).isEqualTo("{}");
  }

  @Test
  void a_reported_error_without_a_body_has_no_payload() {
    startThenEcho(runtime ->
        runtime.fail(runtime.next(), "", "Lambda-Runtime-Function-Error-Type: Function.Boom"));

    assertThat(payloadOf(stream(), failure("Function.Boom", ""))).isEmpty();
  }

  @Test
  void a_timeout_before_the_head_is_a_payload() {
    startThenEcho(
        Emulator.emulator().functionTimeout(SHORT),
        runtime -> {
          runtime.next();
          new Semaphore(0).acquire();
        });

    WireAnswer answer = stream();

    String payload =
        payloadOf(answer, failure("Sandbox.Timedout", "Task timed out after 0.06 seconds"));
    assertThat(payload)
        .isEqualTo(
            "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: "
                + answer.header("x-amzn-RequestId")
                + " Error: Task timed out after 0.06 seconds\"}");
  }

  @Test
  void a_timeout_after_the_head_ends_the_stream_properly() {
    startThenEcho(
        Emulator.emulator().functionTimeout(Duration.ofSeconds(2)),
        runtime -> {
          runtime.stream(runtime.next()).write("abc");
          new Semaphore(0).acquire();
        });

    assertThat(
            payloadOf(stream(), failure("Sandbox.Timedout", "Task timed out after 2.00 seconds")))
        .isEqualTo("abc");
    assertNextInvocationWorks();
    assertThat(emulator().starts()).hasSize(2);
  }

  @Test
  void a_runtime_that_exits_before_the_head_is_a_payload() {
    startThenEcho(runtime -> {
      runtime.next();
      throw RuntimeScript.Exit.status(42);
    });

    WireAnswer answer = stream();

    assertThat(
            payloadOf(
                answer, failure("Runtime.ExitError", "Runtime exited with error: exit status 42")))
        .contains("RequestId: " + answer.header("x-amzn-RequestId"));
    assertNextInvocationWorks();
  }

  @Test
  void a_runtime_that_exits_in_mid_stream_ends_the_stream_properly() {
    startThenEcho(runtime -> {
      runtime.stream(runtime.next()).write("abc");
      permits.acquire();
      throw RuntimeScript.Exit.status(42);
    });
    WireClient caller = emulator().connect().sendRequest("POST", STREAM, "{}".getBytes(UTF_8));
    assertHead(caller.receiveHead());
    EventStreamReader reader = new EventStreamReader();
    reader.read(caller.receiveChunk());

    permits.release();

    for (byte[] chunk = caller.receiveChunk(); chunk.length > 0; chunk = caller.receiveChunk()) {
      reader.read(chunk);
    }
    assertThat(reader.end()).hasSize(2);
    assertThat(reader.frames().getFirst().text()).isEqualTo("abc");
    assertThat(json(reader.frames().getLast().text()).path("ErrorCode").asText())
        .isIn("Runtime.ExitError", "Runtime.TruncatedResponse");
    assertNextInvocationWorks();
  }

  @Test
  void a_response_that_breaks_off_ends_the_stream_properly() {
    startThenEcho(runtime -> {
      RuntimeClient.Stream response = runtime.stream(runtime.next()).write("abc");
      permits.acquire();
      response.breakOff();
      new Semaphore(0).acquire();
    });
    WireClient caller = emulator().connect().sendRequest("POST", STREAM, "{}".getBytes(UTF_8));
    assertHead(caller.receiveHead());
    EventStreamReader reader = new EventStreamReader();
    reader.read(caller.receiveChunk());

    permits.release();

    for (byte[] chunk = caller.receiveChunk(); chunk.length > 0; chunk = caller.receiveChunk()) {
      reader.read(chunk);
    }
    assertThat(reader.end()).hasSize(2);
    assertThat(json(reader.frames().getLast().text()).path("ErrorCode").asText())
        .isEqualTo("Runtime.TruncatedResponse");
  }

  // ------------------------------------------------------------------ requests

  @Test
  void an_unknown_function_is_an_ordinary_error() {
    WireAnswer answer = emulator().connect().post(STREAM.replace("echo", "nope"), "{}");

    assertRefused(answer, 404, "ResourceNotFoundException");
  }

  @Test
  void a_body_that_is_not_json_is_an_ordinary_error() {
    assertRefused(emulator().stream("hello"), 400, "InvalidRequestContentException");
  }

  @Test
  void an_unknown_log_type_is_an_ordinary_error() {
    assertThat(emulator().stream("{}", "X-Amz-Log-Type: tail").status()).isEqualTo(400);
  }

  @Test
  void a_body_that_is_too_large_is_an_ordinary_error() {
    String body = "\"" + "a".repeat(6 * 1024 * 1024) + "\"";

    assertRefused(emulator().stream(body), 413, "RequestEntityTooLargeException");
    emulator().expectNotInvoked();
  }

  @Test
  void a_caller_too_many_gets_an_ordinary_error() {
    startThenEcho(
        Emulator.emulator().maxWaiting(0),
        runtime -> {
          RuntimeClient.Stream response = runtime.stream(runtime.next()).write("a");
          permits.acquire();
          response.end();
        });
    WireClient first = emulator().connect().sendRequest("POST", STREAM, "{}".getBytes(UTF_8));
    eventually(() -> emulator().seen().size() == 1);

    WireAnswer second = stream();
    permits.release();

    assertRefused(second, 429, "TooManyRequestsException");
    assertThat(payloadOf(first.receive(), "{}")).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource({"DryRun", "Event", "RequestResponse"})
  void the_invocation_type_is_ignored(String type) {
    WireAnswer answer = emulator().stream("1", "X-Amz-Invocation-Type: " + type);

    assertThat(payloadOf(answer, "{}")).isEqualTo("1");
  }

  // ------------------------------------------------------------------ callers

  @Test
  void a_caller_who_goes_does_not_disturb_the_function() {
    Semaphore done = new Semaphore(0);
    startThenEcho(runtime -> {
      RuntimeClient.Stream response = runtime.stream(runtime.next()).write("a");
      permits.acquire();
      byte[] piece = new byte[256 * 1024];
      for (int i = 0; i < 64; i++) {
        response.write(piece);
      }
      assertThat(response.end().status()).isEqualTo(202);
      done.release();
    });
    WireClient caller = emulator().connect().sendRequest("POST", STREAM, "{}".getBytes(UTF_8));
    caller.receiveHead();

    caller.reset();
    permits.release();

    eventually(done::tryAcquire);
    assertNextInvocationWorks();
    assertThat(emulator().starts()).hasSize(1);
  }

  @Test
  void a_slow_caller_holds_the_runtime_back() {
    int pieces = 256;
    byte[] piece = new byte[256 * 1024];
    Arrays.fill(piece, (byte) 'x');
    AtomicLong written = new AtomicLong();
    startThenEcho(runtime -> {
      RuntimeClient.Stream response = runtime.stream(runtime.next());
      for (int i = 0; i < pieces; i++) {
        response.write(piece);
        written.addAndGet(piece.length);
      }
      response.end();
    });
    WireClient caller =
        emulator().connectWithSmallBuffer().sendRequest("POST", STREAM, "{}".getBytes(UTF_8));
    assertHead(caller.receiveHead());

    eventually(() -> written.get() > 0);
    assertThat(emulator().usedBytes()).isLessThan(1024 * 1024);

    EventStreamReader reader = new EventStreamReader();
    long received = 0;
    for (byte[] chunk = caller.receiveChunk(); chunk.length > 0; chunk = caller.receiveChunk()) {
      reader.read(chunk);
      for (EventStreamReader.Frame frame : reader.frames()) {
        if ("PayloadChunk".equals(frame.headers().get(":event-type"))) {
          received += frame.bytes().length;
          // Buffers of the system on both ways, and Rapid's own pieces.
          assertThat(written.get()).isLessThan(received + 32L * 1024 * 1024);
        }
      }
      reader.frames().clear();
    }
    assertThat(received).isEqualTo((long) pieces * piece.length);
  }

  @Test
  void a_timeout_ends_the_stream_of_a_slow_caller_behind_a_whole_event() {
    startThenEcho(
        Emulator.emulator().functionTimeout(Duration.ofSeconds(1)),
        runtime -> {
          RuntimeClient.Stream response = runtime.stream(runtime.next());
          byte[] piece = new byte[256 * 1024];
          while (true) {
            response.write(piece);
          }
        });
    WireClient caller =
        emulator().connectWithSmallBuffer().sendRequest("POST", STREAM, "{}".getBytes(UTF_8));
    assertHead(caller.receiveHead());
    assertNextInvocationWorks();

    EventStreamReader reader = new EventStreamReader();
    for (byte[] chunk = caller.receiveChunk(); chunk.length > 0; chunk = caller.receiveChunk()) {
      reader.read(chunk);
    }

    assertThat(json(reader.end().getLast().text()).path("ErrorCode").asText())
        .isEqualTo("Sandbox.Timedout");
  }

  @Test
  void a_slow_caller_who_goes_lets_the_runtime_go_on() {
    Semaphore done = new Semaphore(0);
    startThenEcho(runtime -> {
      RuntimeClient.Stream response = runtime.stream(runtime.next());
      for (int i = 0; i < 256; i++) {
        response.write(new byte[256 * 1024]);
      }
      assertThat(response.end().status()).isEqualTo(202);
      done.release();
    });
    WireClient caller =
        emulator().connectWithSmallBuffer().sendRequest("POST", STREAM, "{}".getBytes(UTF_8));
    assertHead(caller.receiveHead());

    caller.reset();

    eventually(done::tryAcquire);
    assertNextInvocationWorks();
    assertThat(emulator().starts()).hasSize(1);
  }

  @Test
  void a_stream_that_waits_for_its_turn_is_run_in_order() {
    startThenEcho(runtime -> {
      RuntimeClient.Stream response = runtime.stream(runtime.next()).write("a");
      permits.acquire();
      response.end();
    });
    WireClient first = emulator().connect().sendRequest("POST", STREAM, "1".getBytes(UTF_8));
    eventually(() -> emulator().seen().size() == 1);
    WireClient second = emulator().connect().sendRequest("POST", STREAM, "2".getBytes(UTF_8));
    eventually(() -> emulator().fleet().waitingCount() == 1);

    permits.release();

    assertThat(payloadOf(first.receive(), "{}")).isEqualTo("a");
    assertThat(payloadOf(second.receive(), "{}")).isEqualTo("2");
  }

  @Test
  void an_error_body_trailer_that_is_no_base64_has_no_details() {
    startThenEcho(runtime ->
        runtime.stream(
                runtime.next(),
                "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body")
            .write("abc")
            .end(
                "Lambda-Runtime-Function-Error-Type: Runtime.Boom",
                "Lambda-Runtime-Function-Error-Body: %%%"));

    assertThat(payloadOf(stream(), "{\"ErrorCode\":\"Runtime.Boom\"}")).isEqualTo("abc");
  }

  @Test
  void an_unknown_response_mode_is_the_error_of_the_completion() {
    startThenEcho(runtime -> {
      WireAnswer refused =
          runtime.respond(runtime.next(), "x", "Lambda-Runtime-Function-Response-Mode: sideways");
      assertThat(refused.status()).isEqualTo(400);
    });

    WireAnswer answer = stream();

    List<EventStreamReader.Frame> frames = EventStreamReader.readAll(answer.body());
    assertThat(json(frames.getLast().text()).path("ErrorCode").asText())
        .isEqualTo("Runtime.InvalidResponseModeHeader");
  }

  @Test
  void a_caller_who_speaks_http_1_0_gets_the_events_until_the_connection_ends() {
    WireClient caller =
        emulator().connect().send("POST " + STREAM + " HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");

    WireAnswer answer = caller.receive();

    assertThat(answer.header("Transfer-Encoding")).isNull();
    assertThat(EventStreamReader.readAll(answer.body()).stream().map(EventStreamReader.Frame::text))
        .containsExactly("{}", "{}");
  }
}
