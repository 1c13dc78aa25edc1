package dev.rapid.control;

import static dev.rapid.http.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.testing.FakeSlot;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code POST /test/shutdown} (contract lifecycle-and-control, sections 3.3 and 4.7). */
final class ShutdownTest {

  private final Control control = new Control();

  @AfterEach
  void close() {
    control.close();
  }

  @Test
  void a_shutdown_ends_the_sandbox_and_then_the_program() {
    control.initialised();

    WireAnswer answer = control.post("/test/shutdown", "{\"timeoutMs\":100}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(control.processes.alive()).isEmpty();
    eventually(() -> control.function.shutDown);
  }

  @Test
  void the_runtime_keeps_its_last_state() {
    control.initialised();

    assertThat(control.post("/test/shutdown", "{}").text())
        .startsWith("{\"runtime\":{\"state\":{\"name\":\"Ready\",");
  }

  @Test
  void a_shutdown_before_any_init_is_answered_at_once() {
    assertThat(control.post("/test/shutdown", "{}").text())
        .isEqualTo("{\"runtime\":null,\"extensions\":[],\"firstFatalError\":\"\"}");
  }

  @Test
  void a_shutdown_waits_for_the_init() {
    control.post("/test/init", Control.INIT);
    WireClient shuttingDown = control.begin("/test/shutdown", "{}");
    control.settle();
    assertThat(control.processes.alive()).containsExactly(1);

    control.poll();

    assertThat(shuttingDown.receive().status()).isEqualTo(200);
  }

  @Test
  void a_shutdown_waits_for_the_end_of_the_invocation() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");
    WireClient shuttingDown = control.begin("/test/shutdown", "{}");
    control.settle();
    control.respond(next, "1", "application/json");
    assertThat(invoking.receive().text()).isEqualTo("1");
    assertThat(control.processes.alive()).containsExactly(1);

    control.poll();

    assertThat(shuttingDown.receive().status()).isEqualTo(200);
  }

  @Test
  void a_shutdown_whose_client_goes_while_it_waits_is_forgotten() {
    control.post("/test/init", Control.INIT);
    WireClient gone = control.begin("/test/shutdown", "{}");
    control.settle();
    gone.endOutput().expectClosed();

    control.poll();

    control.reserve();
    assertThat(control.function.shutDown).isFalse();
  }

  @Test
  void a_shutdown_cancels_who_waits_for_an_unused_reservation() {
    control.initialised();
    control.reserve();
    WireClient waiting = control.begin("/test/waitUntilRelease", "");
    control.settle();

    control.post("/test/shutdown", "{}");

    assertThat(waiting.receive().status()).isEqualTo(504);
  }
}
