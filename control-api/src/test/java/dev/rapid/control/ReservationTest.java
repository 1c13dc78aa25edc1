package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reservations and the end of them. */
final class ReservationTest {

  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private final Control control = new Control();

  @AfterEach
  void close() {
    control.close();
  }

  // ------------------------------------------------------------------ reserve

  @Test
  void a_reservation_has_a_token_and_an_id() {
    control.initialised();

    WireAnswer answer = control.reserve();

    assertThat(answer.header("Reservation-Token")).matches(UUID);
    assertThat(answer.header("Invoke-Id")).matches(UUID);
    assertThat(answer.header("Invoked-Function-Version")).isEqualTo("1");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
  }

  @Test
  void a_reservation_shows_the_state() {
    control.initialised();

    assertThat(control.reserve().text())
        .isEqualTo(
            "{\"runtime\":{\"state\":{\"name\":\"Ready\",\"lastModified\":1767225600000,"
                + "\"responseTimeNs\":0}},\"extensions\":[],\"firstFatalError\":\"\"}");
  }

  @Test
  void a_reservation_does_not_wait_for_the_init() {
    control.post("/test/init", Control.INIT);

    assertThat(control.reserve().text()).contains("\"name\":\"Started\"");
  }

  @Test
  void a_second_reservation_is_refused() {
    control.initialised();
    control.reserve();

    WireAnswer answer = control.post("/test/reserve", "");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).isEmpty();
  }

  @Test
  void a_reservation_before_the_init_is_refused_and_keeps_nothing() {
    WireAnswer answer = control.post("/test/reserve", "");

    assertThat(answer.status()).isEqualTo(400);
    control.initialised();
    control.reserve();
  }

  // ------------------------------------------------------------------ waitUntilRelease

  @Test
  void who_waits_for_the_release_is_answered_when_the_runtime_polls_again() {
    FakeSlot next = control.initialised();
    control.reserve();
    WireClient invoking = control.invokeUntilDelivered(next, "{}");
    WireClient waiting = control.begin("/test/waitUntilRelease", "");
    control.respond(next, "1", "application/json");
    assertThat(invoking.receive().status()).isEqualTo(200);
    control.settle();
    waiting.expectNothing();

    control.poll();

    WireAnswer answer = waiting.receive();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .isEqualTo(
            "{\"runtime\":{\"state\":{\"name\":\"Ready\",\"lastModified\":1767225600000,"
                + "\"responseTimeNs\":1767225600000000000}},\"extensions\":[],"
                + "\"firstFatalError\":\"\",\"responseMetrics\":{\"runtimeResponseLatencyMs\":0,"
                + "\"dimensions\":{\"invokeResponseMode\":\"\"}}}");
  }

  @Test
  void the_sandbox_is_free_after_the_release() {
    FakeSlot next = control.initialised();
    control.reserve();
    control.invokeUntilDelivered(next, "{}");
    control.respond(next, "1", "application/json");
    control.poll();
    assertThat(control.post("/test/reserve", "").status()).isEqualTo(400);

    assertThat(control.post("/test/waitUntilRelease", "").status()).isEqualTo(200);

    control.reserve();
  }

  @Test
  void a_second_wait_after_the_release_is_cancelled() {
    FakeSlot next = control.initialised();
    control.reserve();
    control.invokeUntilDelivered(next, "{}");
    control.respond(next, "1", "application/json");
    control.poll();
    control.post("/test/waitUntilRelease", "");

    WireAnswer answer = control.post("/test/waitUntilRelease", "");

    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).isEmpty();
  }

  @Test
  void a_wait_without_any_reservation_is_refused() {
    control.initialised();

    assertThat(control.post("/test/waitUntilRelease", "").status()).isEqualTo(400);
  }

  @Test
  void a_failed_invocation_keeps_the_reservation_until_a_reset() {
    FakeSlot next = control.initialised();
    control.reserve();
    control.invokeUntilDelivered(next, "{}");
    control.respond(next, "1", "application/json");
    control.processes.exit(new ProcessExit.Exited(1));

    WireAnswer answer = control.post("/test/waitUntilRelease", "");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.text()).isEqualTo("null");
    assertThat(control.post("/test/reserve", "").status()).isEqualTo(400);
    assertThat(control.post("/test/reset", "{\"reason\":\"failure\"}").status()).isEqualTo(200);
    control.reserve();
  }

  @Test
  void the_fatal_error_of_a_failed_invocation_is_shown_until_the_reset() {
    FakeSlot next = control.initialised();
    control.reserve();
    control.invokeUntilDelivered(next, "{}");
    control.respond(next, "1", "application/json");
    control.processes.exit(new ProcessExit.Exited(1));

    assertThat(control.get("/test/internalState").text())
        .endsWith("\"firstFatalError\":\"Runtime.ExitError\"}");
    control.post("/test/reset", "{}");
    assertThat(control.get("/test/internalState").text())
        .isEqualTo("{\"runtime\":null,\"extensions\":[],\"firstFatalError\":\"\"}");
  }
}
