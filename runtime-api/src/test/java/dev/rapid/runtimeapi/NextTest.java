package dev.rapid.runtimeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.runtimeapi.RuntimeApi.NEXT;
import static dev.rapid.runtimeapi.RuntimeApi.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.CognitoIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.WorkerState;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.lambda.RuntimeStates;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET .../invocation/next} (contract runtime-extensions-telemetry, section 1.2). */
final class NextTest extends RuntimeApiTest {

  private static final String DELIVERY_ID = "Lambda-Runtime-Invocation-Id";
  private static final int LARGEST_EVENT = 6 * 1024 * 1024;

  // ------------------------------------------------------------------ the event

  @Test
  void the_event_has_all_mandatory_headers_and_no_optional_one() {
    WireClient client = api.poll();

    Invocation invocation = api.invoke();

    WireAnswer event = client.receive();
    assertThat(event.status()).isEqualTo(200);
    assertThat(event.header("Content-Type")).isEqualTo("application/json");
    assertThat(event.header("Content-Length")).isEqualTo("2");
    assertThat(event.header("Date")).isNotNull();
    assertThat(event.header("Lambda-Runtime-Aws-Request-Id")).isEqualTo(invocation.requestId());
    assertThat(event.header("Lambda-Runtime-Invoked-Function-Arn"))
        .isEqualTo("arn:aws:lambda:us-east-1:012345678912:function:test_function");
    assertThat(event.header("Lambda-Runtime-Trace-Id")).isNull();
    assertThat(event.header("Lambda-Runtime-Client-Context")).isNull();
    assertThat(event.header("Lambda-Runtime-Cognito-Identity")).isNull();
    assertThat(event.header("Lambda-Runtime-Aws-Tenant-Id")).isNull();
    assertThat(event.text()).isEqualTo("{}");
  }

  @Test
  void the_deadline_is_the_moment_of_the_call_plus_the_function_timeout() {
    WireClient client = api.poll();
    api.time().advanceBy(Duration.ofMillis(1500));

    api.invoke();

    long deadline = VirtualTime.EPOCH_MILLIS_AT_START + 1500 + 3000;
    assertThat(client.receive().header("Lambda-Runtime-Deadline-Ms"))
        .isEqualTo(String.valueOf(deadline));
  }

  @Test
  void optional_headers_are_passed_on() {
    WireClient client = api.poll();
    String trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    api.invoke(
        Invocations.invocation()
            .traceId(trace)
            .clientContext("{\"custom\":{\"k\":\"v\"}}")
            .tenantId("blue / 7"));

    WireAnswer event = client.receive();
    assertThat(event.header("Lambda-Runtime-Trace-Id")).isEqualTo(trace);
    assertThat(event.header("Lambda-Runtime-Client-Context"))
        .isEqualTo("{\"custom\":{\"k\":\"v\"}}");
    assertThat(event.header("Lambda-Runtime-Aws-Tenant-Id")).isEqualTo("blue / 7");
  }

  @Test
  void the_w3c_trace_of_a_client_context_is_passed_on_unchanged() {
    WireClient client = api.poll();
    String context =
        "{\"w3c\":{\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\","
            + "\"tracestate\":\"k=v\",\"baggage\":\"a=1,b=2\"}}";

    api.invoke(Invocations.invocation().clientContext(context));

    assertThat(client.receive().header("Lambda-Runtime-Client-Context")).isEqualTo(context);
  }

  @Test
  void the_identity_of_cognito_is_passed_on_as_json() {
    WireClient client = api.poll();

    api.invoke(
        Invocations.invocation().cognitoIdentity(new CognitoIdentity("us-east-1:\"1\"", "")));

    assertThat(client.receive().header("Lambda-Runtime-Cognito-Identity"))
        .isEqualTo(
            "{\"cognitoIdentityId\":\"us-east-1:\\\"1\\\"\",\"cognitoIdentityPoolId\":\"\"}");
  }

  @Test
  void the_content_type_of_the_event_is_passed_on() {
    WireClient client = api.poll();

    api.invoke(Invocations.invocation().contentType("text/csv"));

    assertThat(client.receive().header("Content-Type")).isEqualTo("text/csv");
  }

  @Test
  void an_empty_optional_value_is_left_out() {
    WireClient client = api.poll();

    api.invoke(
        Invocations.invocation()
            .traceId("")
            .clientContext("")
            .tenantId("")
            .invokedFunctionArn("")
            .cognitoIdentity(new CognitoIdentity("", ""))
            .contentType(""));

    WireAnswer event = client.receive();
    assertThat(event.header("Content-Type")).isEqualTo("application/json");
    assertThat(event.header("Lambda-Runtime-Invoked-Function-Arn")).isNull();
    assertThat(event.header("Lambda-Runtime-Cognito-Identity")).isNull();
    assertThat(event.header("Lambda-Runtime-Trace-Id")).isNull();
    assertThat(event.header("Lambda-Runtime-Client-Context")).isNull();
    assertThat(event.header("Lambda-Runtime-Aws-Tenant-Id")).isNull();
  }

  @Test
  void a_client_context_of_several_lines_arrives_on_one() {
    WireClient client = api.poll();

    api.invoke(Invocations.invocation().clientContext("{\r\n\t\"a\": \"\u00fc\"\n}"));

    assertThat(client.receive().header("Lambda-Runtime-Client-Context"))
        .isEqualTo("{   \"a\": \"\u00fc\" }");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 * 1024, 128 * 1024 + 1, LARGEST_EVENT})
  void the_event_arrives_byte_for_byte(int length) {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    WireClient client = api.poll();

    api.invoke(Invocations.invocation().payload(Payload.of(payload)));

    WireAnswer event = client.receive();
    assertThat(event.header("Content-Length")).isEqualTo(String.valueOf(length));
    assertThat(Arrays.equals(event.body(), payload)).isTrue();
  }

  // ------------------------------------------------------------------ parking

  @Test
  void nothing_is_sent_while_a_poll_is_parked() {
    WireClient client = api.poll();

    api.time().advanceBy(Duration.ofHours(5));

    client.expectNothing();
    assertThat(api.phase()).isEqualTo(Phase.Serving.IDLE);
  }

  @Test
  void the_poll_that_waited_longest_gets_the_event_and_the_other_stays() {
    WireClient older = api.poll();
    WireClient younger = api.poll();

    Invocation invocation = api.invoke();

    assertThat(older.receive().header("Lambda-Runtime-Aws-Request-Id"))
        .isEqualTo(invocation.requestId());
    younger.expectNothing();
    assertThat(api.parked()).isEqualTo(1);
  }

  @Test
  void the_poll_that_stayed_gets_the_next_event() {
    WireClient older = api.poll();
    WireClient younger = api.poll();
    Invocation first = api.invoke();
    older.receive();
    assertThat(older.post(RuntimeApi.response(first.requestId()), "1").status()).isEqualTo(202);
    older.sendHead("GET", NEXT);
    eventually(() -> api.ended() == 1);

    Invocation second = api.invoke(Invocations.invocation().requestId("second"));

    assertThat(younger.receive().header("Lambda-Runtime-Aws-Request-Id"))
        .isEqualTo(second.requestId());
  }

  @Test
  void a_poll_whose_connection_was_closed_gets_nothing_and_the_next_one_gets_the_event() {
    WireClient dead = api.poll();
    dead.close();
    eventually(() -> api.parked() == 0);
    WireClient alive = api.poll();

    Invocation invocation = api.invoke();

    assertThat(alive.receive().header("Lambda-Runtime-Aws-Request-Id"))
        .isEqualTo(invocation.requestId());
  }

  @Test
  void an_event_waits_for_the_poll_after_the_one_that_was_closed() {
    WireClient dead = api.poll();
    dead.reset();
    eventually(() -> api.parked() == 0);
    Invocation invocation = api.invoke();

    WireAnswer event = api.connect().get(NEXT);

    assertThat(event.header("Lambda-Runtime-Aws-Request-Id")).isEqualTo(invocation.requestId());
  }

  @Test
  void an_event_that_cannot_be_written_goes_to_the_next_poll() {
    WireClient dying = api.poll(api.connectWithSmallBuffer());
    byte[] large = new byte[LARGEST_EVENT];
    Invocation invocation = api.invoke(Invocations.invocation().payload(Payload.of(large)));
    dying.awaitInput();
    dying.reset();
    eventually(() -> api.worker() == WorkerState.READY);

    WireAnswer event = api.connect().get(NEXT);

    assertThat(event.header("Lambda-Runtime-Aws-Request-Id")).isEqualTo(invocation.requestId());
    assertThat(event.body()).hasSize(LARGEST_EVENT);
  }

  @Test
  void a_parked_poll_ends_without_an_answer_when_its_process_is_gone() {
    WireClient client = api.poll();

    api.exit(new ProcessExit.Exited(1));

    client.expectClosed();
    eventually(() -> api.phase() instanceof Phase.Cold);
  }

  @Test
  void a_poll_of_a_dead_process_that_nobody_has_read_yet_is_not_that_of_its_successor() {
    api.holdIoThread();
    WireClient dead = api.connect();
    dead.sendHead("GET", NEXT);
    dead.close();
    api.exit(new ProcessExit.Signaled("killed"));
    api.time().advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);
    Invocation invocation = api.invoke();

    api.releaseIoThread();

    api.awaitStart(2);
    assertThat(api.connect().get("/2018-06-01/ping").text()).isEqualTo("pong");
    assertThat(api.worker()).isEqualTo(WorkerState.STARTED);
    assertThat(api.parked()).isZero();
    assertThat(api.connect().get(NEXT).header("Lambda-Runtime-Aws-Request-Id"))
        .isEqualTo(invocation.requestId());
  }

  @Test
  void a_poll_that_comes_with_another_request_behind_it_is_answered_before_it() {
    WireClient client = api.connect();
    client.sendHead("GET", NEXT).sendHead("GET", "/2018-06-01/ping");
    eventually(() -> api.parked() == 1);

    api.invoke();

    assertThat(client.receive().text()).isEqualTo("{}");
    assertThat(client.receive().text()).isEqualTo("pong");
  }

  // ------------------------------------------------------------------ connections

  @Test
  void one_connection_serves_many_invocations() {
    WireClient client = api.connect();

    for (int i = 0; i < 5; i++) {
      Invocation invocation = api.delivered(client, Invocations.invocation().requestId("id-" + i));
      assertAccepted(client.post(RuntimeApi.response("id-" + i), "\"" + i + "\""));
      assertThat(api.resultOf(invocation)).asString().isEqualTo("\"" + i + "\"");
    }
  }

  @Test
  void each_call_may_have_a_connection_of_its_own() {
    Invocation first = api.delivered(api.connect());
    assertAccepted(api.connect().post(RuntimeApi.response(first.requestId()), "1"));
    WireClient client = api.poll();

    Invocation second = api.invoke(Invocations.invocation().requestId("second"));

    assertThat(client.receive().header("Lambda-Runtime-Aws-Request-Id"))
        .isEqualTo(second.requestId());
    assertThat(api.resultOf(first)).asString().isEqualTo("1");
  }

  @Test
  void the_poll_after_a_response_ends_the_invocation() {
    WireClient client = api.connect();
    Invocation invocation = api.delivered(client);
    client.post(RuntimeApi.response(invocation.requestId()), "1");
    assertThat(api.worker()).isEqualTo(WorkerState.REPLIED);
    assertThat(api.ended()).isZero();

    api.poll(client);

    assertThat(api.ended()).isEqualTo(1);
    assertThat(api.worker()).isEqualTo(WorkerState.READY);
  }

  // ------------------------------------------------------------------ wrong states

  @Test
  void a_poll_after_an_init_error_is_refused() {
    WireClient client = api.connect();
    assertAccepted(client.post(RuntimeApi.INIT_ERROR, "{}"));

    assertJson(client.get(NEXT), 403, transition("InitError", "Ready"));
  }

  // ------------------------------------------------------------------ several workers

  @Test
  void a_second_worker_is_not_given_the_event_that_the_first_one_handles() {
    WireClient first = api.connect();
    Invocation invocation = api.delivered(first);

    WireClient second = api.poll();

    assertAccepted(first.post(RuntimeApi.response(invocation.requestId()), "1"));
    second.expectNothing();
    assertThat(api.parked()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"response, InvocationResponse", "error, InvocationErrorResponse"})
  void a_poll_while_a_reply_is_being_sent_is_held(String endpoint, String state) {
    Invocation invocation = api.delivered(api.connect());
    WireClient replying = api.connect();
    String path = "/2018-06-01/runtime/invocation/" + invocation.requestId() + "/" + endpoint;
    replying.sendHead("POST", path, "Content-Length: 4").send("nu");
    eventually(() -> RuntimeStates.nameOf(api.worker()).equals(state));

    WireClient second = api.poll();

    second.expectNothing();
    assertAccepted(replying.send("ll").receive());
    eventually(() -> api.ended() == 1);
  }

  @Test
  void a_held_poll_gets_the_next_event() {
    WireClient first = api.connect();
    Invocation invocation = api.delivered(first);
    WireClient second = api.poll();
    assertAccepted(first.post(RuntimeApi.response(invocation.requestId()), "1"));

    Invocation next = api.invoke(Invocations.invocation().requestId("next-one"));

    assertThat(second.receive().header("Lambda-Runtime-Aws-Request-Id"))
        .isEqualTo(next.requestId());
  }

  @Test
  void a_runtime_of_the_user_that_was_started_anew_gets_the_event_again() {
    try (RuntimeApi attached = RuntimeApi.attached()) {
      WireClient stopped = attached.poll();
      attached.invoke(Invocations.invocation().payload(Payload.of("{\"a\":1}")).traceId("Root=1"));
      WireAnswer first = stopped.receive();
      stopped.close();

      WireAnswer second = attached.connect().get(NEXT);

      assertThat(second.text()).isEqualTo(first.text());
      assertThat(withoutDeliveryAndDate(second)).isEqualTo(withoutDeliveryAndDate(first));
      assertThat(attached.worker()).isEqualTo(WorkerState.RUNNING);
    }
  }

  private static List<String> withoutDeliveryAndDate(WireAnswer answer) {
    return answer.headerLines().stream()
        .filter(line -> !line.startsWith("Date:") && !line.startsWith(DELIVERY_ID))
        .toList();
  }

  @Test
  void a_second_worker_of_a_runtime_of_the_user_is_held() {
    try (RuntimeApi attached = RuntimeApi.attached()) {
      WireClient first = attached.connect();
      Invocation invocation = attached.delivered(first);

      WireClient second = attached.poll();

      assertAccepted(first.post(RuntimeApi.response(invocation.requestId()), "1"));
      second.expectNothing();
    }
  }
}
