package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.invokeapi.Emulator.INVOKE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.lambda.async.EventAcceptance;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers that do not wait (contract invoke-api, sections 1.5, 1.6 and 4). */
final class EventInvocationTest extends InvokeApiTest {

  private static final String EVENT = "X-Amz-Invocation-Type: Event";
  private static final int LIMIT = 1024 * 1024;

  private static byte[] jsonString(int length) {
    byte[] text = new byte[length];
    Arrays.fill(text, (byte) 'a');
    text[0] = '"';
    text[length - 1] = '"';
    return text;
  }

  private static void assertQueued(WireAnswer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Content-Length")).isEqualTo("0");
    assertThat(answer.header("Content-Type")).isNull();
    assertThat(answer.header("X-Amz-Executed-Version")).isNull();
    assertThat(answer.header("X-Amz-Function-Error")).isNull();
    assertThat(answer.header("X-Amz-Log-Result")).isNull();
    assertThat(answer.header("x-amzn-Remapped-Content-Length")).isEqualTo("0");
    assertThat(answer.header("x-amzn-RequestId")).isNotNull();
    assertThat(answer.header("X-Amzn-Trace-Id"))
        .matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0");
  }

  @Test
  void an_event_is_accepted_while_the_function_still_runs() {
    Semaphore permits = new Semaphore(0);
    start(runtime -> {
      RuntimeClient.Event event = runtime.next();
      permits.acquire();
      runtime.respond(event, "1");
      RuntimeScript.ECHO.run(runtime);
    });

    WireAnswer answer = emulator().invoke("{\"a\":1}", EVENT);

    assertQueued(answer);
    eventually(() -> emulator().seen().size() == 1);
    assertThat(emulator().onlyEvent().requestId()).isEqualTo(answer.header("x-amzn-RequestId"));
    assertThat(emulator().onlyEvent().text()).isEqualTo("{\"a\":1}");
    permits.release();
  }

  @Test
  void an_event_is_answered_when_it_is_stored_and_other_requests_meanwhile() {
    emulator().intake().hold();
    WireClient client =
        emulator().connect().sendRequest("POST", INVOKE, "{}".getBytes(UTF_8), EVENT);
    eventually(() -> emulator().intake().heldCount() == 1);

    assertReturned(emulator().invoke("1"), "1");
    client.expectNothing();

    emulator().intake().storeHeld();
    assertQueued(client.receive());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FULL")
  void an_event_that_is_not_taken_is_an_error_of_the_service(EventAcceptance.Refusal why) {
    emulator().intake().refuse(why);

    assertRefused(
        emulator().invoke("{}", EVENT),
        500,
        "ServiceException",
        "{\"Message\":\"The reason of " + why + "\",\"Type\":\"Service\"}");
  }

  @Test
  void an_event_has_no_client_context() {
    emulator().invoke("{}", EVENT, "X-Amz-Client-Context: e30=");

    eventually(() -> emulator().seen().size() == 1);
    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Client-Context")).isNull();
  }

  @Test
  void an_event_with_a_log_type_has_no_log_result() {
    assertQueued(emulator().invoke("{}", EVENT, "X-Amz-Log-Type: Tail"));
  }

  @Test
  void an_event_of_1048576_bytes_is_accepted() {
    assertQueued(emulator().connect().post(INVOKE, jsonString(LIMIT), EVENT));
  }

  @Test
  void an_event_of_one_byte_more_is_too_large() {
    assertRefused(
        emulator().connect().post(INVOKE, jsonString(LIMIT + 1), EVENT),
        413,
        "RequestEntityTooLargeException",
        """
        {"Type":"User","message":"1048577 byte payload is too large for the Event invocation type \
        (limit 1048576 bytes)"}\
        """);
  }

  @Test
  void a_chunked_event_of_one_byte_more_is_too_large() {
    WireClient client =
        emulator().connect().sendHead("POST", INVOKE, EVENT, "Transfer-Encoding: chunked");

    WireAnswer answer = client.sendChunk(jsonString(LIMIT + 1)).sendLastChunk().receive();

    assertRefused(answer, 413, "RequestEntityTooLargeException");
    assertThat(messageOf(answer)).startsWith("1048577 byte payload");
  }

  @Test
  void an_event_above_6_mib_is_refused_like_any_request() {
    WireAnswer answer = emulator().connect().post(INVOKE, jsonString(6_291_457), EVENT);

    assertRefused(answer, 413, "RequestEntityTooLargeException");
    assertThat(messageOf(answer)).startsWith("Request must be smaller than 6291456 bytes");
  }
}
