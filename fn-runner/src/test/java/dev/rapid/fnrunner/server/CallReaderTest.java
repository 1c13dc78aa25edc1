package dev.rapid.fnrunner.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.server.protocol.TryCall;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls as load balancers send them (contract fn-runner, section 1.5). */
class CallReaderTest {

  @ParameterizedTest
  @CsvFileSource(resources = "calls.txt", delimiter = '|', quoteCharacter = '`')
  void a_call_is_read_leniently_and_checked(String members, String expected) {
    assertThat(resultOf(members.replace("¦", "|"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "worker-keys.txt",
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "none")
  void calls_share_workers_if_nothing_that_workers_depend_on_differs(
      String one, String other, @Nullable String slot, boolean shared) throws Exception {
    String hash = slot == null ? "" : slot;
    String first = read("\"timeout\":5," + one, hash).workerKey();
    String second = read("\"timeout\":5," + other, hash).workerKey();

    assertThat(first.equals(second)).isEqualTo(shared);
  }

  @Test
  void a_chosen_key_is_never_equal_to_a_computed_one() throws Exception {
    String computed = read("\"timeout\":5", "").workerKey();
    String chosen = read("\"timeout\":5", computed.substring(1)).workerKey();

    assertThat(chosen).isNotEqualTo(computed);
  }

  @Test
  void the_timeout_belongs_to_the_worker() throws Exception {
    assertThat(read("\"timeout\":5", "").workerKey())
        .isNotEqualTo(read("\"timeout\":6", "").workerKey());
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "zz", "a"})
  void a_slot_hash_that_is_not_hexadecimal_is_refused(String slot) {
    assertThatThrownBy(() -> read("\"timeout\":5", slot))
        .isInstanceOfSatisfying(
            CallReader.CallException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(400);
              assertThat(e.id()).isEqualTo("01CALL");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "\"x\"", "1", "{", "{} {}", "{\"id\":1}", "{\"id\":\"a b\"}"})
  void a_call_without_a_usable_id_is_refused_without_one(String json) {
    assertThatThrownBy(() -> read(TryCall.newBuilder().setModelsCallJson(json)))
        .isInstanceOfSatisfying(
            CallReader.CallException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(400);
              assertThat(e.id()).isEmpty();
            });
  }

  @Test
  void a_call_without_an_id_gets_one() throws Exception {
    CallModel call = read(TryCall.newBuilder().setModelsCallJson("{\"timeout\":5}"));

    assertThat(call.id()).matches("[0-9A-Z]{26}");
  }

  @Test
  void a_failure_does_not_show_the_environment() {
    assertThatThrownBy(() -> read("\"timeout\":5,\"config\":{\"PASSWORD\":[\"secret\"]}", ""))
        .hasMessageNotContaining("secret");
  }

  private static String resultOf(String members) {
    try {
      return text(read(members, ""));
    } catch (CallReader.CallException e) {
      assertThat(e.id()).isEqualTo("01CALL");
      return e.failure().code() + (e.failure().user() ? " user" : "");
    }
  }

  private static CallModel read(String members, String slot) throws CallReader.CallException {
    return read(
        TryCall.newBuilder()
            .setModelsCallJson("{\"id\":\"01CALL\"," + members + "}")
            .setSlotHashId(slot));
  }

  private static CallModel read(TryCall.Builder attempt) throws CallReader.CallException {
    return CallReader.read(attempt.build());
  }

  private static String text(CallModel call) {
    List<String> headers = call.headers().all().stream().map(CallReaderTest::text).toList();
    return "Call[timeout="
        + call.timeout().toSeconds()
        + " idle="
        + call.idleTimeout().toSeconds()
        + " memory="
        + call.memoryMegabytes()
        + (call.detached() ? " detached" : "")
        + (call.config().isEmpty() ? "" : " config=" + call.config())
        + (headers.isEmpty() ? "" : " headers=" + headers)
        + "]";
  }

  private static String text(PayloadHeaders.Header header) {
    return header.name() + "=" + header.value();
  }
}
