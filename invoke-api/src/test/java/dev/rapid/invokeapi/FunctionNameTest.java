package dev.rapid.invokeapi;

import static dev.rapid.invokeapi.Emulator.ARN;
import static dev.rapid.invokeapi.Emulator.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, ARNs and qualifiers (contract invoke-api, sections 1.1, 1.2 and 1.4). */
final class FunctionNameTest extends InvokeApiTest {

  private static final String NAME_PATTERN =
      "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?"
          + "(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";
  private static final String QUALIFIER_PATTERN = "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";

  private static String mismatch(String value, String field, String pattern) {
    return "Value '"
        + value
        + "' at '"
        + field
        + "' failed to satisfy constraint: Member must satisfy regular expression pattern: "
        + pattern;
  }

  private void assertInvalid(WireAnswer answer, String message) {
    assertRefused(answer, 400, "ValidationException");
    assertThat(messageOf(answer)).isEqualTo(message);
    assertThat(json(answer.text()).size()).isEqualTo(1);
    emulator().expectNotInvoked();
  }

  // ------------------------------------------------------------------ names that are found

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo",
        "function",
        "ech%6f",
        "000000000000:echo",
        "000000000000%3Aecho",
        "123456789012:echo",
        "000000000000:function:echo",
        "function:echo",
        "us-east-1:000000000000:function:echo",
        "us-gov-west-1:000000000000:function:echo",
        "arn:aws:lambda:us-east-1:000000000000:function:echo",
        "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aecho",
        "arn%3aaws%3alambda%3aus-east-1%3a000000000000%3afunction%3aecho",
        "arn:aws-cn:lambda:us-east-1:000000000000:function:echo",
        "arn:aws:lambda:eu-west-3:000000000000:function:echo",
        "arn:aws:lambda:us-east-1:111111111111:function"
      })
  void a_form_of_the_name_means_the_function_as_configured(String name) {
    assertReturned(emulator().connect().post(path(name), "{}"), "{}");

    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo:$LATEST",
        "echo:%24LATEST",
        "echo%3A%24LATEST",
        "function:$LATEST",
        "000000000000:function:echo:$LATEST",
        "arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST",
        "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aecho%3A%24LATEST"
      })
  void a_qualifier_in_the_name_is_part_of_the_arn_as_invoked(String name) {
    assertReturned(emulator().connect().post(path(name), "{}"), "{}");

    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN + ":$LATEST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?Qualifier=$LATEST", "?Qualifier=%24LATEST", "?a=b&Qualifier=%24LATEST"})
  void a_qualifier_in_the_query_is_part_of_the_arn_as_invoked(String query) {
    assertReturned(emulator().connect().post(path("echo") + query, "{}"), "{}");

    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN + ":$LATEST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?Qualifier=", "?Qualifier", "?qualifier=nope", "?"})
  void an_empty_qualifier_is_none(String query) {
    assertReturned(emulator().connect().post(path("echo") + query, "{}"), "{}");

    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN);
  }

  @Test
  void the_same_qualifier_twice_is_fine() {
    assertReturned(
        emulator().connect().post(path("echo:$LATEST") + "?Qualifier=$LATEST", "{}"), "{}");
  }

  // ------------------------------------------------------------------ names that are not found

  @ParameterizedTest
  @CsvSource({
    "nope, nope:$LATEST",
    "Echo, Echo:$LATEST",
    "nope:7, nope:7",
    "echo:7, echo:7",
    "echo:PROD, echo:PROD",
    "arn:aws:lambda:us-east-1:000000000000:function:nope, nope:$LATEST",
    "ec.ho, ec.ho:$LATEST"
  })
  void an_unknown_function_or_version_is_not_found(String name, String expected) {
    WireAnswer answer = emulator().connect().post(path(name), "{}");

    String arn = "arn:aws:lambda:us-east-1:000000000000:function:" + expected;
    assertRefused(
        answer,
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"Function not found: " + arn + "\",\"Type\":\"User\"}");
    emulator().expectNotInvoked();
  }

  @ParameterizedTest
  @ValueSource(strings = {"$latest", "PROD", "1"})
  void an_unknown_qualifier_is_not_found(String qualifier) {
    WireAnswer answer = emulator().connect().post(path("echo") + "?Qualifier=" + qualifier, "{}");

    assertRefused(
        answer,
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"Function not found: " + ARN + ":" + qualifier + "\",\"Type\":\"User\"}");
  }

  @Test
  void a_name_of_65_characters_is_not_found_rather_than_invalid() {
    WireAnswer answer = emulator().connect().post(path("a".repeat(65)), "{}");

    assertRefused(answer, 404, "ResourceNotFoundException");
  }

  @Test
  void the_body_of_a_call_that_is_not_found_does_not_spoil_the_connection() {
    var client = emulator().connect();
    assertRefused(client.post(path("nope"), new byte[500_000]), 404, "ResourceNotFoundException");

    assertReturned(client.post(path("echo"), "{}"), "{}");
  }

  // ------------------------------------------------------------------ names that are invalid

  @ParameterizedTest
  @CsvSource({
    "*, *",
    "my-function!, my-function!",
    "echo:1:2, echo:1:2",
    "echo:$LATES, echo:$LATES",
    "echo%253A1, echo%3A1",
    "a%2Fb, a/b",
    "echo;a, echo;a",
    "echo+x, echo+x",
    "ec%20ho, ec ho",
    "arn:aws:lambda:us-east-1:000000000000:function:echo:1:2, "
        + "arn:aws:lambda:us-east-1:000000000000:function:echo:1:2",
    "arn:aws:lambda:000000000000:function:echo, arn:aws:lambda:000000000000:function:echo",
    "arn:aws:lambda:us-east-1:function:echo, arn:aws:lambda:us-east-1:function:echo",
    "arn:aws:lambda:nowhere:000000000000:function:echo, "
        + "arn:aws:lambda:nowhere:000000000000:function:echo",
    "arn:aws:sqs:us-east-1:000000000000:echo, arn:aws:sqs:us-east-1:000000000000:echo",
    "%C3%BC, \u00fc"
  })
  void a_name_that_does_not_match_is_invalid(String name, String decoded) {
    WireAnswer answer = emulator().connect().post(path(name), "{}");

    assertInvalid(
        answer, "1 validation error detected: " + mismatch(decoded, "functionName", NAME_PATTERN));
  }

  @Test
  void an_empty_name_is_invalid() {
    assertInvalid(
        emulator().connect().post(path(""), "{}"),
        "1 validation error detected: " + mismatch("", "functionName", NAME_PATTERN));
  }

  @Test
  void a_name_of_257_characters_is_invalid() {
    String name = "a".repeat(257);

    assertInvalid(
        emulator().connect().post(path(name), "{}"),
        "1 validation error detected: Value '"
            + name
            + "' at 'functionName' failed to satisfy constraint: "
            + "Member must have length less than or equal to 256");
  }

  @Test
  void a_qualifier_with_a_wrong_character_is_invalid() {
    assertInvalid(
        emulator().connect().post(path("echo") + "?Qualifier=invalid!", "{}"),
        "1 validation error detected: " + mismatch("invalid!", "qualifier", QUALIFIER_PATTERN));
  }

  @Test
  void a_qualifier_of_128_characters_is_valid() {
    String qualifier = "a".repeat(128);

    assertRefused(
        emulator().connect().post(path("echo") + "?Qualifier=" + qualifier, "{}"),
        404,
        "ResourceNotFoundException");
  }

  @Test
  void a_qualifier_of_129_characters_is_invalid() {
    String qualifier = "a".repeat(129);

    assertInvalid(
        emulator().connect().post(path("echo") + "?Qualifier=" + qualifier, "{}"),
        "1 validation error detected: Value '"
            + qualifier
            + "' at 'qualifier' failed to satisfy constraint: "
            + "Member must have length less than or equal to 128");
  }

  @Test
  void different_qualifiers_in_name_and_query_are_an_invalid_parameter() {
    assertRefused(
        emulator().connect().post(path(ARN + ":$LATEST") + "?Qualifier=1", "{}"),
        400,
        "InvalidParameterValueException",
        """
        {"Type":"User","message":"The derived qualifier from the function name does not match \
        the specified qualifier."}\
        """);
  }

  @Test
  void different_qualifiers_are_reported_before_an_unknown_function() {
    assertRefused(
        emulator().connect().post(path("nope:2") + "?Qualifier=1", "{}"),
        400,
        "InvalidParameterValueException");
  }

  // ------------------------------------------------------------------ headers that are invalid

  @ParameterizedTest
  @ValueSource(strings = {"event", "requestresponse", "x"})
  void an_unknown_invocation_type_is_invalid(String type) {
    assertInvalid(
        emulator().invoke("{}", "X-Amz-Invocation-Type: " + type),
        "1 validation error detected: Value '"
            + type
            + "' at 'invocationType' failed to satisfy constraint: "
            + "Member must satisfy enum value set: [Event, RequestResponse, DryRun]");
  }

  @Test
  void an_unknown_log_type_is_invalid() {
    assertInvalid(
        emulator().invoke("{}", "X-Amz-Log-Type: tail"),
        "1 validation error detected: Value 'tail' at 'logType' failed to satisfy constraint: "
            + "Member must satisfy enum value set: [None, Tail]");
  }

  @Test
  void a_tenant_with_a_wrong_character_is_invalid() {
    assertInvalid(
        emulator().invoke("{}", "X-Amz-Tenant-Id: a!"),
        "1 validation error detected: "
            + mismatch("a!", "tenantId", "[a-zA-Z0-9\\._:\\/=+\\-@ ]+"));
  }

  @Test
  void a_tenant_of_257_characters_is_invalid() {
    WireAnswer answer = emulator().invoke("{}", "X-Amz-Tenant-Id: " + "a".repeat(257));

    assertRefused(answer, 400, "ValidationException");
    assertThat(messageOf(answer))
        .endsWith(
            "at 'tenantId' failed to satisfy constraint: "
                + "Member must have length less than or equal to 256");
  }

  @Test
  void all_errors_are_reported_together() {
    String qualifier = "a".repeat(129);

    WireAnswer answer =
        emulator()
            .connect()
            .post(
                path("my-function!") + "?Qualifier=" + qualifier,
                "{}",
                "X-Amz-Invocation-Type: x",
                "X-Amz-Log-Type: y");

    assertInvalid(
        answer,
        "4 validation errors detected: Value '"
            + qualifier
            + "' at 'qualifier' failed to satisfy constraint: "
            + "Member must have length less than or equal to 128; "
            + mismatch("my-function!", "functionName", NAME_PATTERN)
            + "; Value 'x' at 'invocationType' failed to satisfy constraint: "
            + "Member must satisfy enum value set: [Event, RequestResponse, DryRun]"
            + "; Value 'y' at 'logType' failed to satisfy constraint: "
            + "Member must satisfy enum value set: [None, Tail]");
  }
}
