package dev.rapid.runtimeapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.worker.WorkerState;
import dev.rapid.http.testing.WireAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The metadata endpoint (contract lambda-2026-additions, section 2). */
@ParameterizedClass(name = "capacity {0}")
@ValueSource(ints = {1, 2})
final class MetadataTest extends RuntimeApiTest {

  private static final String PATH = "/2026-01-15/metadata/execution-environment";

  MetadataTest(int capacity) {
    super(RuntimeApi.sharedBy(capacity));
  }

  private WireAnswer get(String authorization) {
    return api.connect().get(PATH, authorization);
  }

  @Test
  void a_runtime_that_shows_the_token_gets_its_availability_zone() {
    WireAnswer answer = get("Authorization: Bearer " + api.metadata().token());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"AvailabilityZoneID\":\"use1-az1\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Cache-Control")).isEqualTo("private, max-age=43200, immutable");
  }

  @Test
  void the_scheme_may_be_in_lower_case() {
    assertThat(get("authorization: bearer " + api.metadata().token()).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer other", "Bearer ", "Bearer", "%s", "Basic %s", "Bearer %sx"})
  void without_the_token_it_is_unauthorized(String authorization) {
    String token = api.metadata().token();

    WireAnswer answer = get("Authorization: " + authorization.replace("%s", token));

    assertUnauthorized(answer);
  }

  @Test
  void without_authorization_it_is_unauthorized() {
    assertUnauthorized(api.connect().get(PATH));
  }

  private static void assertUnauthorized(WireAnswer answer) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.text()).isEqualTo("Unauthorized");
    assertThat(answer.header("Content-Type")).startsWith("text/plain");
  }

  @Test
  void each_execution_environment_has_a_token_of_its_own() {
    assertThat(ExecutionEnvironmentMetadata.in(() -> "us-east-1").token())
        .isNotEqualTo(api.metadata().token());
  }

  @Test
  void it_answers_while_an_invocation_runs() {
    api.delivered(api.connect());

    WireAnswer answer = get("Authorization: Bearer " + api.metadata().token());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(api.worker()).isEqualTo(WorkerState.RUNNING);
  }

  @Test
  void it_does_not_touch_the_state_of_the_runtime() {
    get("Authorization: Bearer " + api.metadata().token());

    assertThat(api.worker()).isEqualTo(WorkerState.STARTED);
  }

  @ParameterizedTest
  @CsvSource({
    "us-east-1, use1-az1",
    "eu-west-3, euw3-az1",
    "eu-central-1, euc1-az1",
    "ap-southeast-2, apse2-az1",
    "ap-northeast-1, apne1-az1",
    "us-gov-west-1, usgw1-az1",
    "us-iso-east-1, usie1-az1",
    "local, use1-az1",
    "'', use1-az1"
  })
  void the_zone_is_the_first_one_of_the_region(String region, String zone) {
    assertThat(ExecutionEnvironmentMetadata.in(() -> region).availabilityZoneId()).isEqualTo(zone);
  }
}
