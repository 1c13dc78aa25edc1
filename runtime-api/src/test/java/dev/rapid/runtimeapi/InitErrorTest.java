package dev.rapid.runtimeapi;

import static dev.rapid.runtimeapi.RuntimeApi.INIT_ERROR;
import static dev.rapid.runtimeapi.RuntimeApi.errorBody;
import static dev.rapid.runtimeapi.RuntimeApi.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.worker.WorkerState;
import dev.rapid.http.testing.WireClient;
import dev.rapid.runtimeapi.RuntimeApi.ReportedText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST .../init/error} (contract runtime-extensions-telemetry, section 1.5). */
final class InitErrorTest extends RuntimeApiTest {

  private static final int LIMIT = 6_291_556;
  private static final ProcessExit EXIT_1 = new ProcessExit.Exited(1);
  private static final String TYPE = "Lambda-Runtime-Function-Error-Type: ";

  /** An init that runs inside an invocation, because the one before it failed. */
  private Invocation invocationThatPaysForInit() {
    api.exitAndSettle(EXIT_1);
    Invocation invocation = api.invoke();
    assertThat(api.phase()).isInstanceOf(Phase.Initializing.class);
    return invocation;
  }

  @Test
  void an_init_error_is_taken() {
    assertAccepted(api.connect().post(INIT_ERROR, "{}"));

    assertThat(api.worker()).isEqualTo(WorkerState.INIT_FAILED);
  }

  @Test
  void an_init_error_needs_neither_header_nor_body() {
    Invocation invocation = invocationThatPaysForInit();

    assertAccepted(api.connect().sendHead("POST", INIT_ERROR).receive());

    assertThat(api.errorOf(invocation))
        .isEqualTo(new ReportedText("Runtime.Unknown", "", "application/octet-stream"));
  }

  @Test
  void the_caller_gets_the_body_unchanged() {
    Invocation invocation = invocationThatPaysForInit();
    String body = "{ \"errorMessage\":\"m\", \"errorType\":\"T\", \"requestId\":\"\" }";

    assertAccepted(api.connect().post(INIT_ERROR, body, TYPE + "Runtime.ImportModuleError"));

    assertThat(api.errorOf(invocation))
        .isEqualTo(new ReportedText("Runtime.ImportModuleError", body, "application/json"));
  }

  @Test
  void the_exit_after_an_init_error_changes_nothing_for_the_caller() {
    Invocation invocation = invocationThatPaysForInit();
    assertAccepted(api.connect().post(INIT_ERROR, "{\"a\":1}"));

    api.exit(EXIT_1);

    assertThat(api.errorOf(invocation).body()).isEqualTo("{\"a\":1}");
    assertThat(api.ended()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1}   | application/json
          null      | application/json
          3         | application/json
          "x"       | application/json
          [1]       | application/json
          {"a":1} x | application/octet-stream
          hello     | application/octet-stream
          {"a":     | application/octet-stream
          """)
  void the_content_type_says_whether_the_body_is_json(String body, String contentType) {
    Invocation invocation = invocationThatPaysForInit();

    assertAccepted(api.connect().post(INIT_ERROR, body, "Content-Type: text/plain"));

    assertThat(api.errorOf(invocation))
        .isEqualTo(new ReportedText("Runtime.Unknown", body, contentType));
  }

  @Test
  void a_second_init_error_is_a_wrong_state() {
    WireClient client = api.connect();
    assertAccepted(client.post(INIT_ERROR, "{}"));

    assertJson(client.post(INIT_ERROR, "{}"), 403, transition("InitError", "InitError"));
  }

  @Test
  void an_init_error_after_the_first_poll_is_a_wrong_state() {
    api.poll();

    assertJson(api.connect().post(INIT_ERROR, "{}"), 403, transition("Ready", "InitError"));
  }

  @Test
  void an_init_error_during_an_invocation_is_a_wrong_state() {
    api.delivered(api.connect());

    assertJson(api.connect().post(INIT_ERROR, "{}"), 403, transition("Running", "InitError"));
  }

  @Test
  void an_init_error_of_6291556_bytes_is_taken() {
    Invocation invocation = invocationThatPaysForInit();

    assertAccepted(api.connect().post(INIT_ERROR, new byte[LIMIT]));

    assertThat(api.errorOf(invocation).body()).hasSize(LIMIT);
  }

  @Test
  void an_init_error_of_one_byte_more_is_refused_and_can_be_sent_again() {
    WireClient client = api.connect();

    assertJson(
        client.post(INIT_ERROR, new byte[LIMIT + 1]),
        413,
        errorBody(
            "RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291556 bytes)."));

    assertThat(api.worker()).isEqualTo(WorkerState.STARTED);
    assertAccepted(client.post(INIT_ERROR, "{}"));
  }

  @Test
  void an_init_error_that_is_cut_off_is_refused_and_changes_nothing() {
    WireClient client = api.connect();
    client.sendHead("POST", INIT_ERROR, "Content-Length: 5").send("1234").endOutput();

    assertJson(
        client.receive(),
        400,
        errorBody("TruncatedHTTPRequest", "HTTP request detected as truncated"));
    assertThat(api.worker()).isEqualTo(WorkerState.STARTED);
  }

  @Test
  void a_chunked_init_error_is_taken() {
    WireClient client = api.connect();
    client
        .sendHead("POST", INIT_ERROR, "Transfer-Encoding: chunked")
        .sendChunk(new byte[] {'{', '}'})
        .sendLastChunk();

    assertAccepted(client.receive());
  }
}
