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

  private static final String DELIVERY_ID = "Lambda-Runtime-Invocation-Id";

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
  void an_id_that_timed_out_runs_again_and_does_not_get_the_late_reply() {
    WireClient first = api.poll();
    Invocation unused = api.invoke(Invocations.invocation().requestId("twice"));
    String firstDelivery = first.receive().header(DELIVERY_ID);
    api.advanceBy(Functions.TIMEOUT);
    WireClient second = api.poll();
    Invocation again = api.invoke(Invocations.invocation().requestId("twice"));
    String secondDelivery = second.receive().header(DELIVERY_ID);

    String path = RuntimeApi.response("twice");
    assertThat(first.post(path, "1", DELIVERY_ID + ": " + firstDelivery).status()).isEqualTo(410);
    assertThat(second.post(path, "2", DELIVERY_ID + ": " + secondDelivery).status()).isEqualTo(202);
    assertThat(api.resultOf(again)).asString().isEqualTo("2");
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
