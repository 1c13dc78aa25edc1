package dev.rapid.azure.server;

import static dev.rapid.azure.server.AzureBench.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.StreamingMessage.ContentCase;
import dev.rapid.azure.protocol.WorkerStatusResponse;
import dev.rapid.core.invocation.Invocation;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a worker still answers. */
@Timeout(60)
final class HealthCheckTest {

  private static final Map<String, String> STATUS = Map.of("WorkerStatus", "true");
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final AzureBench bench = AzureBench.choice().open();

  @AfterEach
  void closeBench() {
    bench.close();
  }

  private static void answer(ScriptedWorker worker, String id) {
    worker.send(
        StreamingMessage.newBuilder()
            .setRequestId(id)
            .setWorkerStatusResponse(WorkerStatusResponse.getDefaultInstance()));
  }

  /** Waits until the session has read all that the worker sent. */
  private void handled(ScriptedWorker worker) {
    int before = bench.messages().size();
    worker.send(
        StreamingMessage.newBuilder()
            .setRpcLog(RpcLog.newBuilder().setMessage("marker " + before)));
    AzureBench.eventually(() -> bench.messages().size() > before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"as asked", "", "foreign"})
  void a_worker_that_answers_with_any_id_goes_on(String id) {
    ScriptedWorker worker = bench.ready(STATUS);

    for (int i = 0; i < 5; i++) {
      bench.time().advanceBy(INTERVAL);
      StreamingMessage question = worker.await(ContentCase.WORKER_STATUS_REQUEST);
      answer(worker, id.equals("as asked") ? question.getRequestId() : id);
      handled(worker);
    }

    assertThat(bench.starts()).hasSize(1);
    assertThat(bench.processes().stops()).isEmpty();
  }

  @Test
  void each_question_has_an_id_of_its_own() {
    ScriptedWorker worker = bench.ready(STATUS);
    bench.time().advanceBy(INTERVAL);
    String first = worker.await(ContentCase.WORKER_STATUS_REQUEST).getRequestId();
    answer(worker, first);
    handled(worker);

    bench.time().advanceBy(INTERVAL);

    assertThat(worker.await(ContentCase.WORKER_STATUS_REQUEST).getRequestId())
        .isNotEmpty()
        .isNotEqualTo(first);
  }

  @Test
  void a_worker_that_does_not_answer_three_times_is_replaced() {
    ScriptedWorker worker = bench.ready(STATUS);
    Invocation invocation = bench.invoke();
    worker.awaitInvocation();

    bench.time().advanceBy(INTERVAL.multipliedBy(3).plus(PATIENCE));

    assertThat(failureOf(invocation).message())
        .isEqualTo("The worker did not answer 3 requests for its status within 5 s each");
    bench.awaitCold();
  }

  @Test
  void an_answer_that_comes_too_late_is_none() {
    ScriptedWorker worker = bench.ready(STATUS);
    Invocation invocation = bench.invoke();
    worker.awaitInvocation();

    for (int i = 0; i < 3; i++) {
      bench.time().advanceBy(i == 0 ? INTERVAL : PATIENCE);
      String id = worker.await(ContentCase.WORKER_STATUS_REQUEST).getRequestId();
      bench.time().advanceBy(PATIENCE);
      answer(worker, id);
    }

    assertThat(failureOf(invocation).message()).contains("did not answer 3 requests");
  }

  @Test
  void a_worker_that_does_not_announce_it_is_not_asked() {
    ScriptedWorker worker = bench.ready();

    bench.time().advanceBy(INTERVAL.multipliedBy(10));
    handled(worker);

    assertThat(worker.poll()).isNull();
  }

  @Test
  void a_process_that_is_stopped_is_not_asked() {
    ScriptedWorker worker = bench.ready(STATUS);
    bench.freeze();

    bench.time().advanceBy(INTERVAL.multipliedBy(10));
    handled(worker);

    assertThat(worker.poll()).isNull();
    bench.thaw();
    bench.time().advanceBy(INTERVAL);
    worker.await(ContentCase.WORKER_STATUS_REQUEST);
  }
}
