package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.worker.Reply;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The invoke path of the control API (contract lifecycle-and-control, sections 3.3 and 4.5.6). */
final class ExecuteTest {

  private static final String PATH = "/2015-03-31/functions/anything/invocations";

  private final Control control = new Control();

  @AfterEach
  void close() {
    control.close();
  }

  private WireClient executing(FakeSlot next) {
    WireClient client = control.begin(PATH, "{}");
    control.delivered(next);
    return client;
  }

  @Test
  void the_answer_comes_when_the_runtime_polls_again() {
    FakeSlot next = control.initialised();
    WireClient client = executing(next);
    control.respond(next, "{\"b\":2}", "application/x-thing");
    control.settle();
    client.expectNothing();

    control.poll();

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/x-thing");
    assertThat(answer.text()).isEqualTo("{\"b\":2}");
  }

  @Test
  void the_event_log_has_the_metrics_of_the_reply() {
    FakeSlot next = control.initialised();
    WireClient client = executing(next);
    control.respond(next, "four", "text/plain");
    control.poll();
    client.receive();

    assertThat(control.internalMetrics().path("ProducedBytes").longValue()).isEqualTo(4);
    assertThat(control.internalMetrics().path("FunctionResponseMode").textValue())
        .isEqualTo("Buffered");
  }

  @Test
  void the_sandbox_is_free_when_the_answer_comes() {
    FakeSlot next = control.initialised();
    WireClient client = executing(next);
    control.respond(next, "1", "application/json");
    control.poll();
    client.receive();

    control.reserve();
  }

  @Test
  void an_error_that_the_runtime_reports_is_a_success() {
    FakeSlot next = control.initialised();
    WireClient client = executing(next);

    control.reply(next, new Reply.ReportedError("Function.Bad", Payload.of("{}"), null, null));
    control.poll();

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEmpty();
    assertThat(answer.text()).isEqualTo("{}");
  }

  @Test
  void a_crash_is_a_bad_gateway() {
    FakeSlot next = control.initialised();
    WireClient client = executing(next);

    control.processes.exit(new ProcessExit.Signaled("killed"));
    control.time.advanceBy(Duration.ofMillis(50));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.header("Content-Type")).isEmpty();
    assertThat(answer.text())
        .startsWith("{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: ")
        .endsWith(" Error: Runtime exited with error: signal: killed\"}");
  }

  @Test
  void a_crash_after_the_response_is_a_bad_gateway_with_the_response() {
    FakeSlot next = control.initialised();
    WireClient client = executing(next);
    control.respond(next, "1", "application/json");

    control.processes.exit(new ProcessExit.Exited(0));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).isEqualTo("1");
  }

  @Test
  void the_function_timeout_is_enforced() {
    FakeSlot next = control.initialised();
    WireClient client = executing(next);

    control.time.advanceBy(Duration.ofSeconds(3));

    WireAnswer answer = client.receive();
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).isEmpty();
    assertThat(control.sandbox().state().phase()).isInstanceOf(Phase.Cold.class);
  }

  @Test
  void before_any_init_it_is_a_gateway_timeout() {
    WireAnswer answer = control.post(PATH, "{}");

    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).isEmpty();
    assertThat(control.processes.starts()).isEmpty();
  }

  @Test
  void a_sandbox_that_is_reserved_is_refused() {
    control.initialised();
    control.reserve();

    WireAnswer answer = control.post(PATH, "{}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).isEmpty();
  }

  @Test
  void a_second_one_at_once_is_refused() {
    executing(control.initialised());

    assertThat(control.post(PATH, "{}").status()).isEqualTo(400);
    assertThat(control.post("/test/reserve", "").status()).isEqualTo(400);
    assertThat(control.post("/test/waitUntilRelease", "").status()).isEqualTo(400);
  }

  @Test
  void a_reset_is_a_gateway_timeout() {
    WireClient client = executing(control.initialised());

    assertThat(control.post("/test/reset", "{}").status()).isEqualTo(200);

    assertThat(client.receive().status()).isEqualTo(504);
  }

  @Test
  void a_failed_init_is_repeated_inside_of_it() {
    control.post("/test/init", Control.INIT);
    control.processes.exit(new ProcessExit.Exited(1));
    control.time.advanceBy(Duration.ofMillis(50));

    WireClient client = control.begin(PATH, "{}");
    control.awaitPhase(Phase.Initializing.class);
    control.respond(control.poll(), "1", "application/json");
    control.poll();

    assertThat(client.receive().text()).isEqualTo("1");
    assertThat(control.post("/test/waitUntilInitialized", "").status()).isEqualTo(200);
  }

  @Test
  void it_runs_to_its_end_when_the_client_has_gone() {
    FakeSlot next = control.initialised();
    executing(next).endOutput().expectClosed();

    control.respond(next, "1", "application/json");
    control.poll();

    control.reserve();
  }
}
