package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.invokeapi.Emulator.INVOKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Several callers of one busy function, and callers that go (contract invoke-api, sections 2.4 and
 * 7.1).
 */
final class WaitingCallersTest extends InvokeApiTest {

  private static final String SHUTTING_DOWN =
      "{\"Message\":\"Rapid is shutting down\",\"Type\":\"Service\"}";

  /** One permit lets the runtime answer one event. */
  private final Semaphore permits = new Semaphore(0);

  private final RuntimeScript answersWhenPermitted =
      runtime -> {
        while (true) {
          RuntimeClient.Event event = runtime.next();
          permits.acquire();
          runtime.respond(event, event.body());
        }
      };

  /** Sends a request that runs, or waits behind those that were sent before. */
  private WireClient sent(String body) {
    int waiting = emulator().fleet().waitingCount();
    boolean first = emulator().seen().isEmpty();
    WireClient client =
        emulator().connect().sendRequest("POST", INVOKE, body.getBytes(StandardCharsets.UTF_8));
    eventually(() ->
        first ? emulator().seen().size() == 1 : emulator().fleet().waitingCount() == waiting + 1);
    return client;
  }

  private List<String> seenBodies() {
    return emulator().seen().stream().map(RuntimeClient.Event::text).toList();
  }

  @Test
  void callers_wait_their_turn_in_order_of_arrival() {
    start(answersWhenPermitted);
    List<String> bodies = IntStream.range(0, 32).mapToObj(String::valueOf).toList();
    List<WireClient> callers = new ArrayList<>();
    bodies.forEach(body -> callers.add(sent(body)));

    permits.release(32);

    for (int i = 0; i < 32; i++) {
      assertReturned(callers.get(i).receive(), bodies.get(i));
    }
    assertThat(seenBodies()).isEqualTo(bodies);
    assertThat(emulator().starts()).hasSize(1);
  }

  @Test
  void callers_that_come_at_once_all_get_their_own_answer() {
    List<WireClient> callers =
        IntStream.range(0, 32)
            .mapToObj(i ->
                emulator()
                    .connect()
                    .sendRequest(
                        "POST", INVOKE, String.valueOf(i).getBytes(StandardCharsets.UTF_8)))
            .toList();

    for (int i = 0; i < 32; i++) {
      assertReturned(callers.get(i).receive(), String.valueOf(i));
    }
  }

  @Test
  void nothing_is_sent_before_there_is_a_result() {
    start(answersWhenPermitted);
    WireClient caller = sent("1");

    caller.expectNothing();
    permits.release();

    assertReturned(caller.receive(), "1");
  }

  @Test
  void a_waiting_caller_that_goes_leaves_the_queue() {
    start(answersWhenPermitted);
    WireClient first = sent("1");
    WireClient second = sent("2");
    WireClient third = sent("3");

    second.close();
    eventually(() -> emulator().fleet().waitingCount() == 1);
    permits.release(2);

    assertReturned(first.receive(), "1");
    assertReturned(third.receive(), "3");
    assertThat(seenBodies()).containsExactly("1", "3");
  }

  @Test
  void a_caller_that_sends_no_more_still_gets_the_answer_of_its_running_invocation() {
    start(answersWhenPermitted);
    WireClient caller = sent("1");
    eventually(() -> seenBodies().contains("1"));

    caller.endOutput();
    permits.release();

    assertReturned(caller.receive(), "1");
  }

  @Test
  void a_running_invocation_is_not_disturbed_when_its_caller_goes() {
    start(answersWhenPermitted);
    sent("1").close();
    WireClient next = sent("2");

    permits.release(2);

    assertReturned(next.receive(), "2");
    assertThat(seenBodies()).containsExactly("1", "2");
    assertThat(emulator().starts()).hasSize(1);
  }

  @Test
  void a_caller_that_goes_in_the_middle_of_a_large_answer_costs_no_memory() {
    start(runtime -> {
      runtime.respond(runtime.next(), new byte[6 * 1024 * 1024]);
      RuntimeScript.ECHO.run(runtime);
    });
    WireClient caller =
        emulator()
            .connectWithSmallBuffer()
            .sendRequest("POST", INVOKE, "{}".getBytes(StandardCharsets.UTF_8));
    caller.awaitInput();
    assertThat(emulator().usedBytes()).isPositive();

    caller.reset();

    eventually(() -> emulator().usedBytes() == 0);
    assertReturned(emulator().invoke("1"), "1");
  }

  @Test
  void a_caller_that_sends_its_next_request_early_gets_both_answers_in_order() {
    start(answersWhenPermitted);
    WireClient caller = sent("1");
    caller.sendRequest("POST", INVOKE, "2".getBytes(StandardCharsets.UTF_8));

    permits.release(2);

    assertReturned(caller.receive(), "1");
    assertReturned(caller.receive(), "2");
  }

  @Test
  void a_caller_beyond_the_queue_is_throttled_and_the_others_are_served() {
    start(Emulator.emulator().runtime(answersWhenPermitted).maxWaiting(1));
    WireClient running = sent("1");
    WireClient waiting = sent("2");

    WireAnswer answer = emulator().invoke("3");

    assertRefused(
        answer,
        429,
        "TooManyRequestsException",
        """
        {"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User",\
        "message":"Rate Exceeded."}\
        """);
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    permits.release(2);
    assertReturned(running.receive(), "1");
    assertReturned(waiting.receive(), "2");
  }

  @Test
  void a_shutdown_answers_running_and_waiting_callers() {
    start(answersWhenPermitted);
    WireClient running = sent("1");
    WireClient waiting = sent("2");

    emulator().fleet().shutDown().join();

    assertRefused(running.receive(), 500, "ServiceException", SHUTTING_DOWN);
    assertRefused(waiting.receive(), 500, "ServiceException", SHUTTING_DOWN);
    assertThat(seenBodies()).containsExactly("1");
  }

  @Test
  void a_call_after_the_shutdown_is_answered_too() {
    emulator().fleet().shutDown().join();

    assertRefused(emulator().invoke("{}"), 500, "ServiceException", SHUTTING_DOWN);
  }
}
