package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.invokeapi.Emulator.INVOKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.lambda.async.AsyncSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Callers that do not wait (contract invoke-api, sections 1.5, 1.6 and 4). */
final class EventInvocationTest extends InvokeApiTest {

  private static final String EVENT = "X-Amz-Invocation-Type: Event";
  private static final int LIMIT = 1024 * 1024;

  private static byte[] jsonString(int length) {
    byte[] text = new byte[length];
    Arrays.fill(text, (byte) 'a');
    text[0] = '"';
    text[length - 1] = '"';
    return text;
  }

  private static void assertQueued(WireAnswer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Content-Length")).isEqualTo("0");
    assertThat(answer.header("Content-Type")).isNull();
    assertThat(answer.header("X-Amz-Executed-Version")).isNull();
    assertThat(answer.header("X-Amz-Function-Error")).isNull();
    assertThat(answer.header("X-Amz-Log-Result")).isNull();
    assertThat(answer.header("x-amzn-Remapped-Content-Length")).isEqualTo("0");
    assertThat(answer.header("x-amzn-RequestId")).isNotNull();
    assertThat(answer.header("X-Amzn-Trace-Id"))
        .matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0");
  }

  @Test
  void an_event_is_accepted_while_the_function_still_runs() {
    Semaphore permits = new Semaphore(0);
    start(runtime -> {
      RuntimeClient.Event event = runtime.next();
      permits.acquire();
      runtime.respond(event, "1");
      RuntimeScript.ECHO.run(runtime);
    });

    WireAnswer answer = emulator().invoke("{\"a\":1}", EVENT);

    assertQueued(answer);
    eventually(() -> emulator().seen().size() == 1);
    assertThat(emulator().onlyEvent().requestId()).isEqualTo(answer.header("x-amzn-RequestId"));
    assertThat(emulator().onlyEvent().text()).isEqualTo("{\"a\":1}");
    permits.release();
  }

  @Test
  void an_event_beyond_a_thousand_under_way_is_throttled() {
    Semaphore permits = new Semaphore(0);
    start(runtime -> {
      RuntimeClient.Event event = runtime.next();
      permits.acquire();
      runtime.respond(event, "1");
      RuntimeScript.ECHO.run(runtime);
    });
    for (int i = 0; i < 1000; i++) {
      assertQueued(emulator().invoke("{}", EVENT));
    }

    assertThat(emulator().invoke("{}", EVENT).status()).isEqualTo(429);

    permits.release();
    eventually(() -> emulator().seen().size() == 1000);
    assertQueued(emulator().invoke("{}", EVENT));
  }

  @Test
  void an_event_has_no_client_context() {
    emulator().invoke("{}", EVENT, "X-Amz-Client-Context: e30=");

    eventually(() -> emulator().seen().size() == 1);
    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Client-Context")).isNull();
  }

  @Test
  void an_event_with_a_log_type_has_no_log_result() {
    assertQueued(emulator().invoke("{}", EVENT, "X-Amz-Log-Type: Tail"));
  }

  @Test
  void an_event_of_1048576_bytes_is_accepted() {
    assertQueued(emulator().connect().post(INVOKE, jsonString(LIMIT), EVENT));
  }

  @Test
  void an_event_of_one_byte_more_is_too_large() {
    assertRefused(
        emulator().connect().post(INVOKE, jsonString(LIMIT + 1), EVENT),
        413,
        "RequestEntityTooLargeException",
        """
        {"Type":"User","message":"1048577 byte payload is too large for the Event invocation type \
        (limit 1048576 bytes)"}\
        """);
  }

  @Test
  void a_chunked_event_of_one_byte_more_is_too_large() {
    WireClient client =
        emulator().connect().sendHead("POST", INVOKE, EVENT, "Transfer-Encoding: chunked");

    WireAnswer answer = client.sendChunk(jsonString(LIMIT + 1)).sendLastChunk().receive();

    assertRefused(answer, 413, "RequestEntityTooLargeException");
    assertThat(messageOf(answer)).startsWith("1048577 byte payload");
  }

  @Test
  void an_event_above_6_mib_is_refused_like_any_request() {
    WireAnswer answer = emulator().connect().post(INVOKE, jsonString(6_291_457), EVENT);

    assertRefused(answer, 413, "RequestEntityTooLargeException");
    assertThat(messageOf(answer)).startsWith("Request must be smaller than 6291456 bytes");
  }

  @Test
  void an_event_that_fails_is_tried_again_after_one_minute_and_after_two_more() {
    start(runtime -> {
      while (true) {
        runtime.fail(runtime.next(), "{}");
      }
    });

    WireAnswer answer = emulator().invoke("{}", EVENT);

    eventually(() -> emulator().retryTime().waiting() == 1);
    emulator().retryTime().advanceBy(Duration.ofSeconds(59));
    assertThat(emulator().seen()).hasSize(1);
    emulator().retryTime().advanceBy(Duration.ofSeconds(1));
    eventually(() -> emulator().seen().size() == 2 && emulator().retryTime().waiting() == 1);
    emulator().retryTime().advanceBy(Duration.ofMinutes(2));
    eventually(() -> emulator().seen().size() == 3);
    assertThat(emulator().seen())
        .allMatch(event -> event.requestId().equals(answer.header("x-amzn-RequestId")));
  }

  @Test
  void an_event_whose_sandbox_cannot_be_restored_is_tried_again_after_one_minute() {
    AtomicInteger lives = new AtomicInteger();
    start(runtime -> {
      runtime.awaitRestore();
      if (lives.getAndIncrement() == 0) {
        runtime.failRestore();
      } else {
        RuntimeScript.ECHO.run(runtime);
      }
    });

    assertQueued(emulator().invoke("{}", EVENT));

    eventually(() -> emulator().retryTime().waiting() == 1);
    assertThat(emulator().seen()).isEmpty();
    emulator().retryTime().advanceBy(Duration.ofMinutes(1));
    eventually(() -> emulator().seen().size() == 1);
  }

  private static final RuntimeScript FAILING =
      runtime -> {
        while (true) {
          runtime.fail(runtime.next(), "{}");
        }
      };

  @Test
  void an_event_is_tried_as_often_and_as_soon_as_was_chosen() {
    start(
        Emulator.emulator()
            .runtime(FAILING)
            .async(new AsyncSettings(2, Duration.ofMillis(100), AsyncSettings.MAX_AGE)));

    assertQueued(emulator().invoke("{}", EVENT));

    eventually(() -> emulator().retryTime().waiting() == 1);
    emulator().retryTime().advanceBy(Duration.ofMillis(100));
    eventually(() -> emulator().seen().size() == 2 && emulator().usedBytes() == 0);
    assertThat(emulator().retryTime().waiting()).isZero();
  }

  @Test
  void an_event_that_would_be_too_old_at_its_next_attempt_is_given_up() {
    start(
        Emulator.emulator()
            .runtime(FAILING)
            .async(new AsyncSettings(3, Duration.ofMinutes(2), AsyncSettings.MIN_AGE)));

    assertQueued(emulator().connect().post(INVOKE, jsonString(100_000), EVENT));

    eventually(() -> emulator().seen().size() == 1 && emulator().usedBytes() == 0);
    assertThat(emulator().retryTime().waiting()).isZero();
  }

  @Test
  void the_end_waits_for_an_event_that_runs_and_takes_no_more() throws InterruptedException {
    Semaphore permits = new Semaphore(0);
    start(runtime -> {
      RuntimeClient.Event event = runtime.next();
      permits.acquire();
      runtime.respond(event, "1");
      RuntimeScript.ECHO.run(runtime);
    });
    assertQueued(emulator().invoke("{}", EVENT));
    eventually(() -> emulator().seen().size() == 1);

    Thread end = Thread.ofPlatform().start(() -> emulator().async().drain(Duration.ofMinutes(1)));
    eventually(() -> emulator().invoke("{}", EVENT).status() == 500);
    assertThat(end.isAlive()).isTrue();
    permits.release();

    end.join();
  }

  @Test
  void the_end_does_not_wait_for_an_event_whose_next_attempt_comes_later() {
    start(FAILING);
    assertQueued(emulator().invoke("{}", EVENT));
    eventually(() -> emulator().retryTime().waiting() == 1);

    // The clock stands still: this returns only when no event is left.
    emulator().async().drain(Duration.ofSeconds(59));

    emulator().retryTime().advanceBy(Duration.ofMinutes(1));
    assertThat(emulator().seen()).hasSize(1);
  }

  @Test
  void an_event_that_waits_for_another_attempt_is_given_up_at_the_end() {
    start(runtime -> {
      while (true) {
        runtime.fail(runtime.next(), "{}");
      }
    });
    assertQueued(emulator().connect().post(INVOKE, jsonString(100_000), EVENT));
    eventually(() -> emulator().retryTime().waiting() == 1);
    eventually(() -> emulator().usedBytes() > 0);

    emulator().async().close();

    eventually(() -> emulator().usedBytes() == 0);
    emulator().retryTime().advanceBy(Duration.ofMinutes(1));
    assertThat(emulator().seen()).hasSize(1);
  }
}
