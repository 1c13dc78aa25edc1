package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.invokeapi.Emulator.INVOKE;
import static dev.rapid.invokeapi.Emulator.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.lambda.async.EventAcceptance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that get 429, and what they say of the reason (contract invoke-api, section 2.4). */
final class ThrottlingTest extends InvokeApiTest {

  private static final String EVENT = "X-Amz-Invocation-Type: Event";
  private static final String DRY_RUN = "X-Amz-Invocation-Type: DryRun";
  private static final String FUNCTION = "ReservedFunctionConcurrentInvocationLimitExceeded";
  private static final String RATE = "CallerRateLimitExceeded";
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** One permit lets the runtime answer one payload. */
  private final Semaphore permits = new Semaphore(0);

  private static void assertThrottled(WireAnswer answer, String reason) {
    assertRefused(
        answer,
        429,
        "TooManyRequestsException",
        "{\"Reason\":\"" + reason + "\",\"Type\":\"User\",\"message\":\"Rate Exceeded.\"}");
    assertThat(answer.header("Retry-After")).isEqualTo("1");
  }

  /** Starts a function whose callers do not wait; it runs one invocation until it is permitted. */
  private WireClient startBusy() {
    start(
        Emulator.emulator()
            .maxWaiting(0)
            .runtime(runtime -> {
              while (true) {
                RuntimeClient.Event event = runtime.next();
                permits.acquire();
                runtime.respond(event, event.body());
              }
            }));
    WireClient running =
        emulator().connect().sendRequest("POST", INVOKE, "1".getBytes(StandardCharsets.UTF_8));
    eventually(() -> emulator().seen().size() == 1);
    return running;
  }

  // ------------------------------------------------------------------ concurrency

  @ParameterizedTest
  @ValueSource(strings = {INVOKE, STREAM, Emulator.URL + "/"})
  void a_caller_of_a_busy_function_learns_that_the_function_is_at_its_limit(String path) {
    WireClient running = startBusy();

    assertThrottled(emulator().connect().post(path, "2"), FUNCTION);

    assertThat(emulator().throttles()).isEqualTo(1);
    permits.release();
    assertReturned(running.receive(), "1");
  }

  @Test
  void a_busy_function_is_free_again_for_the_next_caller() {
    WireClient running = startBusy();
    assertThrottled(emulator().invoke("2"), FUNCTION);

    permits.release(2);
    assertReturned(running.receive(), "1");

    eventually(() -> emulator().invoke("3").status() == 200);
  }

  @Test
  void an_event_that_the_queue_has_no_room_for_is_throttled() {
    emulator().intake().refuse(EventAcceptance.Refusal.FULL);

    assertThrottled(emulator().invoke("{}", EVENT), "ConcurrentInvocationLimitExceeded");

    assertThat(emulator().throttles()).isEqualTo(1);
    emulator().expectNotInvoked();
  }

  @Test
  void a_body_that_there_is_no_memory_for_is_throttled() {
    start(Emulator.emulator().payloadBytes(16 * 1024));

    assertThrottled(
        emulator().invoke("\"" + "a".repeat(100_000) + "\""), "ConcurrentInvocationLimitExceeded");
  }

  // ------------------------------------------------------------------ rate

  @ParameterizedTest
  @ValueSource(strings = {INVOKE, STREAM, Emulator.URL + "/"})
  void a_request_beyond_those_of_a_second_is_throttled_until_the_next_second(String path) {
    start(Emulator.emulator().requestsPerSecond(2));
    assertThat(emulator().connect().post(path, "1").status()).isEqualTo(200);
    assertThat(emulator().connect().post(path, "2").status()).isEqualTo(200);

    assertThrottled(emulator().connect().post(path, "3"), RATE);
    emulator().rateTime().advanceBy(SECOND.minusNanos(1));
    assertThrottled(emulator().connect().post(path, "4"), RATE);
    emulator().rateTime().advanceBy(Duration.ofNanos(1));

    assertThat(emulator().connect().post(path, "5").status()).isEqualTo(200);
    assertThat(emulator().seen()).hasSize(3);
    assertThat(emulator().throttles()).isEqualTo(2);
  }

  @Test
  void an_event_counts_when_it_is_sent() {
    start(Emulator.emulator().requestsPerSecond(1));
    assertThat(emulator().invoke("1", EVENT).status()).isEqualTo(202);

    assertThrottled(emulator().invoke("2", EVENT), RATE);
  }

  @Test
  void requests_that_run_nothing_do_not_count() {
    start(Emulator.emulator().requestsPerSecond(1));
    assertThat(emulator().invoke("{}", DRY_RUN).status()).isEqualTo(204);
    assertThat(emulator().invoke("not JSON").status()).isEqualTo(400);

    assertReturned(emulator().invoke("1"), "1");
  }

  @Test
  void seconds_without_requests_do_not_add_up() {
    start(Emulator.emulator().requestsPerSecond(1));
    emulator().rateTime().advanceBy(Duration.ofHours(1));

    assertReturned(emulator().invoke("1"), "1");

    assertThrottled(emulator().invoke("2"), RATE);
  }
}
