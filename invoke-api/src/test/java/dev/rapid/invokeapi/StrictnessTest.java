package dev.rapid.invokeapi;

import static dev.rapid.invokeapi.Emulator.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.invokeapi.invoke.Strictness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of the cloud that do not matter here (contract invoke-api, sections 1.1 and 3.1). */
final class StrictnessTest extends InvokeApiTest {

  private static final String ELSEWHERE =
      "arn:aws:lambda:ap-southeast-1:000000000000:function:echo";
  private static final String OF_OTHERS = "arn:aws:lambda:us-east-1:111111111111:function:echo";
  private static final String DRY_RUN = "X-Amz-Invocation-Type: DryRun";

  private void startStrict() {
    start(Emulator.emulator().strictness(new Strictness(true, true, true)));
  }

  @ParameterizedTest
  @ValueSource(strings = {ELSEWHERE, OF_OTHERS})
  void usually_only_the_name_of_an_arn_matters(String arn) {
    assertReturned(emulator().connect().post(path(arn), "1"), "1");
  }

  @ParameterizedTest
  @ValueSource(strings = {ELSEWHERE, "ap-southeast-1:000000000000:function:echo:$LATEST"})
  void a_function_of_another_region_is_not_found(String name) {
    startStrict();

    assertRefused(
        emulator().connect().post(path(name), "1"),
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"Functions from 'ap-southeast-1' are not reachable in this region"
            + " ('us-east-1')\",\"Type\":\"User\"}");
  }

  @Test
  void the_region_of_the_signature_is_the_callers() {
    startStrict();
    String signature =
        "Authorization: AWS4-HMAC-SHA256"
            + " Credential=AKID/20260101/ap-southeast-1/lambda/aws4_request, SignedHeaders=host,"
            + " Signature=00";

    assertReturned(emulator().connect().post(path(ELSEWHERE), "1", signature), "1");
    assertThat(messageOf(emulator().connect().post(path(OF_OTHERS), "1", signature)))
        .contains("Functions from 'us-east-1'", "('ap-southeast-1')");
  }

  @Test
  void a_function_of_another_account_is_forbidden() {
    startStrict();

    assertRefused(
        emulator().connect().post(path(OF_OTHERS), "1"),
        403,
        "AccessDeniedException",
        "{\"Message\":null}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo",
        "000000000000:echo",
        "arn:aws:lambda:us-east-1:000000000000:function:echo"
      })
  void what_is_here_is_found(String name) {
    startStrict();

    assertReturned(emulator().connect().post(path(name), "1"), "1");
  }

  @Test
  void a_dry_run_of_a_stream_runs_nothing() {
    startStrict();

    WireAnswer answer = emulator().stream("1", DRY_RUN);

    assertThat(answer.status()).isEqualTo(204);
    emulator().expectNotInvoked();
  }

  @ParameterizedTest
  @CsvSource({"Event", "nonsense"})
  void other_types_of_a_stream_are_ignored(String type) {
    startStrict();

    assertThat(emulator().stream("1", "X-Amz-Invocation-Type: " + type).status()).isEqualTo(200);
  }
}
