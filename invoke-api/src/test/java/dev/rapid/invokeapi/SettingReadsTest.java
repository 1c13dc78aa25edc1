package dev.rapid.invokeapi;

import static dev.rapid.invokeapi.Emulator.ARN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.invokeapi.function.FunctionAlias;
import dev.rapid.invokeapi.function.FunctionProfile;
import dev.rapid.invokeapi.function.FunctionVersions;
import dev.rapid.invokeapi.function.PublishedVersion;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The reads of aliases, concurrency, function URLs, asynchronous invocations, tags, policies and
 * the account, and the operations that Rapid does not have (contract invoke-api, section 6.2).
 */
final class SettingReadsTest extends InvokeApiTest {

  private static final String ECHO = "/2015-03-31/functions/echo";
  private static final String ASYNC = "/2019-09-25/functions/echo/event-invoke-config";
  private static final String PROVISIONED = "/2019-09-30/functions/echo/provisioned-concurrency";
  private static final String URL_CONFIG = "/2021-10-31/functions/echo/url";

  private static final FunctionVersions VERSIONS =
      new FunctionVersions(
          List.of(PublishedVersion.of("1"), PublishedVersion.of("2")),
          List.of(
              FunctionAlias.of("PROD", "1"),
              new FunctionAlias("canary", "2", Map.of("1", 0.25), "for a few", 3)));

  private JsonNode read(String path) {
    WireAnswer answer = emulator().connect().get(path);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return json(answer.text());
  }

  private static FunctionProfile profile(@Nullable Integer reserved, int provisioned) {
    return new FunctionProfile(
        null,
        Map.of(),
        null,
        null,
        false,
        false,
        reserved,
        provisioned,
        Emulator.PROFILE.modified(),
        Map.of("Tags", Map.of("team", "a")));
  }

  // ------------------------------------------------------------------ aliases

  @Test
  void a_list_has_all_aliases_with_their_weights() {
    start(Emulator.emulator().versions(VERSIONS));

    JsonNode aliases = read(ECHO + "/aliases").path("Aliases");

    assertThat(aliases).hasSize(2);
    assertThat(aliases.get(0).path("RevisionId").asText()).isNotEmpty();
    assertThat(aliases.get(0).has("RoutingConfig")).isFalse();
    JsonNode canary = aliases.get(1);
    assertThat(canary.path("AliasArn").asText()).isEqualTo(ARN + ":canary");
    assertThat(canary.path("Name").asText()).isEqualTo("canary");
    assertThat(canary.path("FunctionVersion").asText()).isEqualTo("2");
    assertThat(canary.path("Description").asText()).isEqualTo("for a few");
    assertThat(canary.path("RoutingConfig").toString())
        .isEqualTo("{\"AdditionalVersionWeights\":{\"1\":0.25}}");
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 1", "$LATEST, 0"})
  void a_list_may_be_of_the_aliases_of_one_version(String version, int count) {
    start(Emulator.emulator().versions(VERSIONS));

    assertThat(read(ECHO + "/aliases?FunctionVersion=" + version).path("Aliases")).hasSize(count);
  }

  @Test
  void an_alias_is_found_by_its_name() {
    start(Emulator.emulator().versions(VERSIONS));

    assertThat(read(ECHO + "/aliases/PROD").path("FunctionVersion").asText()).isEqualTo("1");
  }

  @Test
  void an_unknown_alias_is_not_found() {
    assertRefused(
        emulator().connect().get(ECHO + "/aliases/PROD"),
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"Cannot find alias arn: " + ARN + ":PROD\",\"Type\":\"User\"}");
  }

  @Test
  void a_number_is_no_name_of_an_alias() {
    assertRefused(emulator().connect().get(ECHO + "/aliases/1"), 400, "ValidationException");
  }

  // ------------------------------------------------------------------ concurrency

  @Test
  void reserved_concurrency_is_shown_if_there_is_any() {
    assertThat(read("/2019-09-30/functions/echo/concurrency").toString()).isEqualTo("{}");
    emulator().close();
    start(Emulator.emulator().profile(profile(0, 0)));

    assertThat(read("/2019-09-30/functions/echo/concurrency").toString())
        .isEqualTo("{\"ReservedConcurrentExecutions\":0}");
  }

  @Test
  void provisioned_concurrency_is_listed_by_what_it_is_configured_for() {
    start(Emulator.emulator().versions(VERSIONS).profile(profile(null, 2)));

    JsonNode all = read(PROVISIONED + "?List=ALL").path("ProvisionedConcurrencyConfigs");

    assertThat(all.findValuesAsText("FunctionArn"))
        .containsExactly(ARN + ":$LATEST", ARN + ":canary");
    assertThat(all.findValuesAsText("RequestedProvisionedConcurrentExecutions"))
        .containsExactly("2", "3");
    // The only sandbox of this test is not a provisioned one.
    assertThat(all.findValuesAsText("AvailableProvisionedConcurrentExecutions"))
        .containsExactly("0", "0");
    assertThat(all.findValuesAsText("Status")).containsExactly("IN_PROGRESS", "IN_PROGRESS");
  }

  @Test
  void provisioned_concurrency_of_one_alias_has_no_arn() {
    start(Emulator.emulator().versions(VERSIONS));

    JsonNode one = read(PROVISIONED + "?Qualifier=canary");

    assertThat(one.path("RequestedProvisionedConcurrentExecutions").asInt()).isEqualTo(3);
    assertThat(one.has("FunctionArn")).isFalse();
  }

  @Test
  void no_provisioned_concurrency_is_not_found() {
    start(Emulator.emulator().versions(VERSIONS));

    assertRefused(
        emulator().connect().get(PROVISIONED + "?Qualifier=PROD"),
        404,
        "ProvisionedConcurrencyConfigNotFoundException",
        "{\"Type\":\"User\",\"message\":\"No Provisioned Concurrency Config found for this"
            + " function\"}");
  }

  // ------------------------------------------------------------------ function URLs

  @Test
  void a_function_url_is_where_the_caller_has_found_rapid() {
    JsonNode url = json(emulator().request().get(URL_CONFIG).asString());

    assertThat(url.path("FunctionUrl").asText())
        .matches("http://127\\.0\\.0\\.1:[0-9]+/lambda-url/echo/");
    assertThat(url.path("FunctionArn").asText()).isEqualTo(ARN);
    assertThat(url.path("AuthType").asText()).isEqualTo("NONE");
    assertThat(url.path("InvokeMode").asText()).isEqualTo("BUFFERED");
    assertThat(url.path("CreationTime").asText()).isEqualTo("2026-09-15T11:53:23.648+0000");
    assertThat(url.has("Cors")).isFalse();
  }

  @Test
  void the_settings_of_a_function_url_are_shown() {
    CorsSettings cors =
        new CorsSettings(List.of("*"), List.of("GET"), List.of(), List.of("x-a"), 60, true);
    start(Emulator.emulator().versions(VERSIONS).url(new UrlSettings(true, true, "PROD", cors)));

    JsonNode url = read(URL_CONFIG + "?Qualifier=PROD");

    assertThat(url.path("FunctionArn").asText()).isEqualTo(ARN + ":PROD");
    assertThat(url.path("AuthType").asText()).isEqualTo("AWS_IAM");
    assertThat(url.path("InvokeMode").asText()).isEqualTo("RESPONSE_STREAM");
    assertThat(url.path("Cors").toString())
        .isEqualTo(
            "{\"AllowCredentials\":true,\"AllowMethods\":[\"GET\"],\"AllowOrigins\":[\"*\"],"
                + "\"ExposeHeaders\":[\"x-a\"],\"MaxAge\":60}");
  }

  @ParameterizedTest
  @CsvSource({"'', PROD", "PROD, ''", "PROD, canary"})
  void a_function_url_of_another_qualifier_is_not_found(String configured, String asked) {
    start(
        Emulator.emulator()
            .versions(VERSIONS)
            .url(new UrlSettings(false, false, configured.isEmpty() ? null : configured, null)));

    assertRefused(
        emulator().connect().get(URL_CONFIG + "?Qualifier=" + asked),
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"The resource you requested does not exist.\",\"Type\":\"User\"}");
  }

  @Test
  void a_list_has_the_function_url_whatever_its_qualifier() {
    start(Emulator.emulator().versions(VERSIONS).url(new UrlSettings(false, false, "PROD", null)));

    assertThat(
            read("/2021-10-31/functions/echo/urls")
                .path("FunctionUrlConfigs")
                .findValuesAsText("FunctionArn"))
        .containsExactly(ARN + ":PROD");
  }

  // ------------------------------------------------------------------ asynchronous invocations

  @Test
  void settings_of_asynchronous_invocations_are_shown_with_a_time_in_seconds() {
    start(
        Emulator.emulator()
            .async(new AsyncSettings(2, Duration.ofSeconds(1), Duration.ofMinutes(1))));

    String body = emulator().connect().get(ASYNC).text();

    assertThat(body)
        .isEqualTo(
            "{\"LastModified\":1789473203.648,\"FunctionArn\":\""
                + ARN
                + ":$LATEST\",\"MaximumRetryAttempts\":1,\"MaximumEventAgeInSeconds\":60,"
                + "\"DestinationConfig\":"
                + json(body).path("DestinationConfig")
                + "}");
    assertThat(json(body).path("DestinationConfig"))
        .isEqualTo(json("{\"OnSuccess\":{},\"OnFailure\":{}}"));
    assertThat(read(ASYNC + "/list").path("FunctionEventInvokeConfigs")).hasSize(1);
  }

  @Test
  void destinations_are_shown_by_their_arn_or_name() {
    start(
        Emulator.emulator()
            .async(
                new AsyncSettings(
                    3,
                    Duration.ofMinutes(1),
                    AsyncSettings.MAX_AGE,
                    new Destination.OfFunction(ARN + "-audit", "echo-audit", null),
                    new Destination.OfFile(Path.of("/failed.ndjson")),
                    null)));

    assertThat(read(ASYNC).path("DestinationConfig"))
        .isEqualTo(
            json(
                "{\"OnSuccess\":{\"Destination\":\""
                    + ARN
                    + "-audit\"},\"OnFailure\":{\"Destination\":\"file:/failed.ndjson\"}}"));
  }

  @Test
  void dead_letters_are_a_setting_of_the_function_itself() {
    String queue = "arn:aws:sqs:us-east-1:012345678912:jobs";
    start(
        Emulator.emulator()
            .async(
                new AsyncSettings(
                    3,
                    Duration.ofMinutes(1),
                    AsyncSettings.MAX_AGE,
                    null,
                    null,
                    new Destination.OfService(queue, "sqs", null))));

    assertThat(read("/2015-03-31/functions/echo/configuration").path("DeadLetterConfig"))
        .isEqualTo(json("{\"TargetArn\":\"" + queue + "\"}"));
    assertThat(read(ASYNC + "/list").path("FunctionEventInvokeConfigs")).isEmpty();
  }

  @Test
  void usual_asynchronous_invocations_have_no_configuration() {
    assertRefused(
        emulator().connect().get(ASYNC),
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"The function "
            + ARN
            + ":$LATEST doesn't have an EventInvokeConfig\",\"Type\":\"User\"}");
    assertThat(read(ASYNC + "/list").toString()).isEqualTo("{\"FunctionEventInvokeConfigs\":[]}");
  }

  // ------------------------------------------------------------------ tags, policy, account

  @Test
  void tags_are_listed_by_arn() {
    start(Emulator.emulator().profile(profile(null, 0)));

    assertThat(read("/2017-03-31/tags/" + ARN.replace(":", "%3A")).toString())
        .isEqualTo("{\"Tags\":{\"team\":\"a\"}}");
  }

  @ParameterizedTest
  @CsvSource({
    "echo, 400, ValidationException",
    "arn:aws:lambda:us-east-1:000000000000:function:nope, 404, ResourceNotFoundException",
    "arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST, 400,"
        + " InvalidParameterValueException"
  })
  void tags_are_of_a_function_without_a_qualifier(String resource, int status, String type) {
    assertRefused(emulator().connect().get("/2017-03-31/tags/" + resource), status, type);
  }

  @Test
  void there_is_no_policy() {
    assertRefused(
        emulator().connect().get(ECHO + "/policy"),
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"The resource you requested does not exist.\",\"Type\":\"User\"}");
  }

  @Test
  void the_account_has_the_limits_of_the_cloud_without_what_is_reserved() {
    start(Emulator.emulator().profile(profile(100, 0)));

    JsonNode account = read("/2016-08-19/account-settings/");

    assertThat(account.path("AccountLimit").path("ConcurrentExecutions").asInt()).isEqualTo(1000);
    assertThat(account.path("AccountLimit").path("UnreservedConcurrentExecutions").asInt())
        .isEqualTo(900);
    assertThat(account.path("AccountUsage").toString())
        .isEqualTo("{\"TotalCodeSize\":0,\"FunctionCount\":1}");
  }

  // ------------------------------------------------------------------ other operations

  @ParameterizedTest
  @CsvFileSource(resources = "unsupported-operations.csv", numLinesToSkip = 1)
  void an_operation_that_is_not_supported_says_so(String operation, String method, String path) {
    WireAnswer answer = emulator().connect().sendHead(method, path).receive();

    assertRefused(
        answer,
        501,
        "NotImplementedException",
        "{\"Message\":\"not supported by the emulator\",\"Type\":\"Service\"}");
  }

  @Test
  void a_write_with_a_body_does_not_spoil_the_connection() {
    var client = emulator().connect();
    String code = "{\"ZipFile\":\"" + "A".repeat(100_000) + "\"}";

    assertRefused(client.post("/2015-03-31/functions", code), 501, "NotImplementedException");

    assertThat(client.get(ECHO).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /2015-03-31/functions/echo/configuration, 'GET, PUT'",
    "DELETE, /2016-08-19/account-settings, GET",
    "GET, /2017-10-31/functions/echo/concurrency, 'DELETE, PUT'",
    "OPTIONS, /2015-03-31/functions, 'GET, POST'"
  })
  void another_method_is_told_the_right_ones(String method, String path, String allowed) {
    WireAnswer answer = emulator().connect().sendHead(method, path).receive();

    assertRefused(answer, 405, "MethodNotAllowedException");
    assertThat(answer.header("Allow")).isEqualTo(allowed);
    assertThat(messageOf(answer)).isEqualTo(method + " is not allowed here; use " + allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "/2015-03-31/functions/echo/",
    "/2015-03-31/functions/echo/aliases/",
    "/2015-03-31/functions/echo/nope",
    "/2016-03-31/functions/echo",
    "/2017-03-31/tags"
  })
  void another_path_is_an_unknown_operation(String path) {
    assertRefused(emulator().connect().get(path), 404, "UnknownOperationException");
  }
}
