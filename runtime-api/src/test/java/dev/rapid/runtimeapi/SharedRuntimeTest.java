package dev.rapid.runtimeapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A runtime that several invocations share (contract lifecycle-and-control, section 9). */
final class SharedRuntimeTest {

  private final RuntimeApi api = RuntimeApi.sharedBy(2);

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void a_late_reply_is_gone_once_and_then_an_unknown_id() {
    WireClient worker = api.connect();
    Invocation late = api.delivered(worker, Invocations.invocation().requestId("late"));

    api.advanceBy(Functions.TIMEOUT);

    assertThat(api.outcomeOf(late)).isInstanceOf(Outcome.Failed.class);
    WireAnswer gone = worker.post(RuntimeApi.response("late"), "1");
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.text())
        .isEqualTo("{\"errorMessage\":\"Invoke timeout\",\"errorType\":\"InvokeTimeout\"}\n");
    WireAnswer unknown = worker.post(RuntimeApi.response("late"), "1");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text()).contains("InvalidRequestID");
  }

  @Test
  void a_reply_that_names_the_delivery_of_another_invocation_is_refused_and_changes_nothing() {
    Invocation a = api.delivered(api.connect(), Invocations.invocation().requestId("a"));
    WireClient worker = api.poll();
    Invocation b = api.invoke(Invocations.invocation().requestId("b"));
    String deliveryOfB = "Lambda-Runtime-Invocation-Id: " + idOf(worker.receive());

    WireAnswer refused = worker.post(RuntimeApi.response("a"), "1", deliveryOfB);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).isEqualTo(RuntimeApiTest.INVALID_REQUEST_ID);
    assertThat(Invocations.outcomeOf(a)).isNull();
    assertThat(worker.post(RuntimeApi.response("b"), "2", deliveryOfB).status()).isEqualTo(202);
    assertThat(api.resultOf(b)).asString().isEqualTo("2");
  }

  private static String idOf(WireAnswer event) {
    return String.valueOf(event.header("Lambda-Runtime-Invocation-Id"));
  }

  @Test
  void the_end_of_a_worker_process_is_the_end_of_its_invocation_alone() {
    WireClient dying = api.connect();
    Invocation lost = api.delivered(dying, Invocations.invocation().requestId("lost"));
    WireClient living = api.connect();
    Invocation kept = api.delivered(living, Invocations.invocation().requestId("kept"));

    api.workerEnds(dying);

    assertThat(api.outcomeOf(lost))
        .isEqualTo(
            new Outcome.Failed(
                ErrorType.RUNTIME_EXIT_ERROR, "Runtime exited without providing a reason"));
    assertThat(living.post(RuntimeApi.response("kept"), "1").status()).isEqualTo(202);
    assertThat(api.resultOf(kept)).asString().isEqualTo("1");
  }

  @Test
  void a_connection_that_closes_while_its_process_lives_leaves_the_invocation_alone() {
    WireClient worker = api.connect();
    Invocation running = api.delivered(worker, Invocations.invocation().requestId("a"));

    worker.close();

    assertThat(api.connect().post(RuntimeApi.response("a"), "1").status()).isEqualTo(202);
    assertThat(api.resultOf(running)).asString().isEqualTo("1");
  }
}
