package dev.rapid.telemetry.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.telemetry.delivery.Target;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The validation table of contract runtime-extensions-telemetry, section 4.3, row by row. */
final class SubscriptionBodyTest {

  private static final int RUNTIME_API_PORT = 9001;
  private static final String GOOD =
      "{'schemaVersion':'2022-12-13','types':['platform','function'],"
          + "'destination':{'protocol':'HTTP','URI':'http://sandbox.localdomain:8080/a?b=c'}}";

  private static SubscriptionRequest parse(SubscriptionApi api, String json)
      throws SubscriptionBody.InvalidException {
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return SubscriptionBody.parse(api, RUNTIME_API_PORT, body);
  }

  private static void assertInvalid(SubscriptionApi api, String json, String message) {
    assertThatThrownBy(() -> parse(api, json))
        .isInstanceOf(SubscriptionBody.InvalidException.class)
        .hasMessage(message);
  }

  @Test
  void a_good_body_is_taken_with_the_default_limits() throws Exception {
    SubscriptionRequest request = parse(SubscriptionApi.TELEMETRY, GOOD);

    assertThat(request.typeNames()).containsExactly("platform", "function");
    assertThat(request.target())
        .isEqualTo(new Target.Http("sandbox.localdomain:8080", 8080, "/a?b=c", "POST"));
    assertThat(request.buffering().maxItems()).isEqualTo(10_000);
    assertThat(request.buffering().maxBytes()).isEqualTo(262_144);
  }

  @Test
  void keys_that_nobody_knows_are_ignored() throws Exception {
    String more =
        GOOD.replace("{'protocol'", "{'x':1,'protocol'").replace("{'schema", "{'y':{},'schema");

    assertThat(parse(SubscriptionApi.TELEMETRY, more).typeNames()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "[]                                     | failed to parse JSON",
        "17                                     | failed to parse JSON",
        "``                                     | failed to parse JSON",
        "{'a':                                  | failed to parse JSON",
      })
  void what_is_not_a_json_object_is_not_looked_at(String json, String message) {
    assertInvalid(SubscriptionApi.TELEMETRY, json, message);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'schemaVersion':'2022-12-13',         |                             | schemaVersion is not"
            + " provided",
        "'2022-12-13'                          | '2020-01-01'                | schemaVersion"
            + " 2020-01-01 is not supported",
        "['platform','function']               | []                          | types should not be"
            + " empty",
        "'types':['platform','function'],      |                             | types should not be"
            + " empty",
        "['platform','function']               | 'platform'                  | types should be an"
            + " array of strings",
        "['platform','function']               | ['platform','Function']     | type Function is not"
            + " supported",
        "'HTTP'                                | 'http'                      | destination protocol"
            + " http is not supported",
        "'http://sandbox.localdomain:8080/a?b=c' | ''                        | URI is not provided",
        "http://sandbox.localdomain:8080/a?b=c | http://sandbox.localdomain  | URI port is not"
            + " provided",
        "sandbox.localdomain:                  | localhost:                  | URI host must be"
            + " sandbox.localdomain",
        "http://sandbox.localdomain:8080/a?b=c | http://sandbox.localdomain:x | URI is not valid",
        "http://sandbox.localdomain:8080/a?b=c | http://sandbox.localdomain:-1 | URI is not valid",
        "http://sandbox.localdomain:8080/a?b=c | http://sandbox.localdomain:99999 | URI port is not"
            + " valid",
        "http://sandbox.localdomain:8080/a?b=c | http://sand_box:8080        | URI host must be"
            + " sandbox.localdomain",
        "http://sandbox.localdomain:8080/a?b=c | http://[::1]:8080           | URI host must be"
            + " sandbox.localdomain",
        "sandbox.localdomain:                  | 127.0.0.1:                  | URI host must be"
            + " sandbox.localdomain",
      })
  void a_wrong_value_is_named(String good, String wrong, String message) {
    String json = GOOD.replace(good, wrong == null ? "" : wrong);

    assertInvalid(SubscriptionApi.TELEMETRY, json, message);
  }

  @ParameterizedTest
  @CsvSource({
    "maxItems, 999, maxItems must be between 1000 and 10000",
    "maxItems, 10001, maxItems must be between 1000 and 10000",
    "maxItems, 1000.5, maxItems must be between 1000 and 10000",
    "maxItems, 'true', maxItems must be between 1000 and 10000",
    "maxBytes, 262143, maxBytes must be between 262144 and 1048576",
    "maxBytes, 1048577, maxBytes must be between 262144 and 1048576",
    "timeoutMs, 24, timeoutMs must be between 25 and 30000",
    "timeoutMs, 30001, timeoutMs must be between 25 and 30000"
  })
  void a_limit_out_of_its_range_is_named(String key, String value, String message) {
    String json = GOOD.replace("{'schema", "{'buffering':{'" + key + "':" + value + "},'schema");

    assertInvalid(SubscriptionApi.TELEMETRY, json, message);
  }

  @Test
  void several_problems_are_told_in_the_order_of_the_table() {
    assertInvalid(
        SubscriptionApi.TELEMETRY,
        "{'types':[],'destination':{'protocol':'HTTP','URI':'http://sandbox.localdomain'}}",
        "schemaVersion is not provided; types should not be empty; URI port is not provided");
  }

  @ParameterizedTest
  @CsvSource({"0", "65536", "'true'", "1.5"})
  void a_tcp_port_that_is_none_is_refused(String port) {
    String destination = "{'protocol':'TCP','port':" + port + "}";
    String json =
        "{'schemaVersion':'2022-07-01','types':['platform'],'destination':" + destination + "}";

    assertInvalid(SubscriptionApi.TELEMETRY, json, "port is not valid");
  }

  @Test
  void the_logs_api_has_a_default_version_and_takes_put() throws Exception {
    SubscriptionRequest request =
        parse(
            SubscriptionApi.LOGS,
            "{'types':['function'],'destination':"
                + "{'protocol':'HTTP','URI':'http://sandbox:81','method':'PUT','encoding':'JSON'}}");

    assertThat(request.schema().api()).isEqualTo(SubscriptionApi.LOGS);
    assertThat(request.target()).isInstanceOf(Target.Http.class);
    assertThat(((Target.Http) request.target()).method()).isEqualTo("PUT");
  }

  @Test
  void the_versions_of_the_other_api_are_not_supported() {
    assertInvalid(SubscriptionApi.LOGS, GOOD, "schemaVersion 2022-12-13 is not supported");
  }
}
