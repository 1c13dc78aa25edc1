package dev.rapid.invokeapi;

import static dev.rapid.invokeapi.Emulator.ARN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.testing.Functions;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.invokeapi.function.FunctionAlias;
import dev.rapid.invokeapi.function.FunctionProfile;
import dev.rapid.invokeapi.function.FunctionVersions;
import dev.rapid.invokeapi.function.PublishedVersion;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.invokeapi.invoke.Strictness;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.invokeapi.read.ServedFunction;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.lambda.async.AsyncSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ListFunctions, GetFunction, GetFunctionConfiguration and ListVersionsByFunction (contract
 * invoke-api, section 6).
 */
final class FunctionReadsTest extends InvokeApiTest {

  private static final String FUNCTIONS = "/2015-03-31/functions";
  private static final String ECHO = FUNCTIONS + "/echo";

  private static final FunctionVersions VERSIONS =
      new FunctionVersions(
          List.of(new PublishedVersion("1", "the first", 0), PublishedVersion.of("2")),
          List.of(
              FunctionAlias.of("PROD", "1"),
              new FunctionAlias("canary", "1", Map.of("2", 0.5), "", 0)));

  @TempDir private Path directory;

  private JsonNode read(String path) {
    WireAnswer answer = emulator().connect().get(path);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("x-amzn-RequestId")).isNotNull();
    return json(answer.text());
  }

  private static FunctionProfile profile(
      @Nullable Path code, Map<String, String> variables, Map<String, Object> details) {
    FunctionProfile usual = Emulator.PROFILE;
    return new FunctionProfile(
        "python3.13", variables, code, null, false, false, 5, 0, usual.modified(), details);
  }

  private static ServedFunction listed(String name) {
    return new ServedFunction(
        VersionedFunction.of(onlyListed(name)),
        UrlSettings.DEFAULT,
        null,
        AsyncSettings.DEFAULT,
        Emulator.PROFILE);
  }

  @SuppressWarnings("NullAway") // It is never invoked.
  private static InvokedFunction onlyListed(String name) {
    var description = Functions.function().name(name).accountId("000000000000").build();
    return new InvokedFunction(() -> description, null, null, null, false, () -> true);
  }

  // ------------------------------------------------------------------ the configuration

  @Test
  void the_configuration_has_all_members_of_the_service_and_none_without_a_value() {
    JsonNode configuration = read(ECHO + "/configuration");

    assertThat(configuration.toString())
        .isEqualTo(
            json("""
            {"FunctionName":"echo",
             "FunctionArn":"arn:aws:lambda:us-east-1:000000000000:function:echo",
             "Runtime":"provided.al2023",
             "Role":"arn:aws:iam::000000000000:role/local",
             "Handler":"app.handler",
             "CodeSize":0,
             "CodeSha256":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
             "Description":"",
             "Timeout":20,
             "MemorySize":128,
             "LastModified":"2026-09-15T11:53:23.648+0000",
             "Version":"$LATEST",
             "TracingConfig":{"Mode":"PassThrough"},
             "RevisionId":"%s",
             "State":"Active",
             "LastUpdateStatus":"Successful",
             "PackageType":"Zip",
             "Architectures":["x86_64"],
             "EphemeralStorage":{"Size":512},
             "SnapStart":{"ApplyOn":"None","OptimizationStatus":"Off"},
             "LoggingConfig":{"LogFormat":"Text","LogGroup":"/aws/lambda/echo"}}
            """
                    .formatted(configuration.path("RevisionId").asText()))
                .toString());
    assertThat(configuration.path("RevisionId").asText())
        .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }

  @Test
  void variables_are_shown_as_they_are_configured() {
    start(Emulator.emulator().profile(profile(null, Map.of("B", "2", "A", "ü"), Map.of())));

    assertThat(read(ECHO + "/configuration").path("Environment").toString())
        .isEqualTo("{\"Variables\":{\"A\":\"ü\",\"B\":\"2\"}}");
  }

  @Test
  void details_are_stronger_than_usual_values_and_add_members() {
    Map<String, Object> details =
        Map.of(
            "Description", "greets",
            "Role", "arn:aws:iam::123456789012:role/mine",
            "Architectures", List.of("arm64"),
            "EphemeralStorage", Map.of("Size", 1024),
            "TracingConfig", Map.of("Mode", "Active"),
            "Layers", List.of(Map.of("Arn", "arn:layer:1", "CodeSize", 7)),
            "LoggingConfig", Map.of("LogFormat", "Text", "LogGroup", "mine"),
            "CodeSize", 12,
            "CodeSha256", "abc=");
    start(Emulator.emulator().profile(profile(directory, Map.of(), details)));

    JsonNode configuration = read(ECHO + "/configuration");

    assertThat(configuration.path("Description").asText()).isEqualTo("greets");
    assertThat(configuration.path("Role").asText()).endsWith("role/mine");
    assertThat(configuration.path("Architectures").toString()).isEqualTo("[\"arm64\"]");
    assertThat(configuration.path("EphemeralStorage").path("Size").isInt()).isTrue();
    assertThat(configuration.path("TracingConfig").path("Mode").asText()).isEqualTo("Active");
    assertThat(configuration.path("Layers").get(0).path("CodeSize").asInt()).isEqualTo(7);
    assertThat(configuration.path("LoggingConfig").path("LogGroup").asText()).isEqualTo("mine");
    assertThat(configuration.path("CodeSize").asInt()).isEqualTo(12);
    assertThat(configuration.path("CodeSha256").asText()).isEqualTo("abc=");
    assertThat(configuration.path("Runtime").asText()).isEqualTo("python3.13");
  }

  @Test
  void details_do_not_change_what_rapid_knows() {
    Map<String, Object> details =
        Map.of("FunctionName", "x", "Timeout", 1, "Version", "9", "State", "Pending");
    start(Emulator.emulator().profile(profile(null, Map.of(), details)));

    JsonNode configuration = read(ECHO + "/configuration");

    assertThat(configuration.path("FunctionName").asText()).isEqualTo("echo");
    assertThat(configuration.path("Timeout").asInt()).isEqualTo(20);
    assertThat(configuration.path("Version").asText()).isEqualTo("$LATEST");
    assertThat(configuration.path("State").asText()).isEqualTo("Active");
  }

  @Test
  void tags_are_no_member_of_the_configuration() {
    start(Emulator.emulator().profile(profile(null, Map.of(), Map.of("Tags", Map.of("a", "b")))));

    JsonNode function = read(ECHO);

    assertThat(function.path("Configuration").has("Tags")).isFalse();
    assertThat(function.path("Tags").toString()).isEqualTo("{\"a\":\"b\"}");
  }

  @Test
  void an_image_has_neither_runtime_nor_handler() {
    start(Emulator.emulator().profile(profile(null, Map.of(), Map.of("PackageType", "Image"))));

    JsonNode configuration = read(ECHO + "/configuration");

    assertThat(configuration.has("Runtime")).isFalse();
    assertThat(configuration.has("Handler")).isFalse();
    assertThat(configuration.path("PackageType").asText()).isEqualTo("Image");
  }

  @Test
  void a_function_that_cannot_run_has_failed_with_the_reason() {
    start(Emulator.emulator().notRunnable("It is an image."));

    JsonNode configuration = read(ECHO + "/configuration");

    assertThat(configuration.path("State").asText()).isEqualTo("Failed");
    assertThat(configuration.path("StateReason").asText()).isEqualTo("It is an image.");
    assertThat(configuration.path("StateReasonCode").asText()).isEqualTo("InvalidConfiguration");
    assertThat(configuration.path("LastUpdateStatus").asText()).isEqualTo("Failed");
  }

  // ------------------------------------------------------------------ the code

  @Test
  void an_archive_has_its_size_and_its_hash() throws IOException {
    Path archive = Files.writeString(directory.resolve("code.zip"), "hello");
    start(Emulator.emulator().profile(profile(archive, Map.of(), Map.of())));

    JsonNode function = read(ECHO);

    assertThat(function.path("Configuration").path("CodeSize").asLong()).isEqualTo(5);
    assertThat(function.path("Configuration").path("CodeSha256").asText())
        .isEqualTo("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
    assertThat(function.path("Code").toString())
        .isEqualTo("{\"RepositoryType\":\"S3\",\"Location\":\"" + archive.toUri() + "\"}");
  }

  @Test
  void the_hash_of_a_directory_changes_with_a_file_and_only_then() throws IOException {
    Path file = Files.writeString(directory.resolve("a.py"), "one");
    Path inner = Files.createDirectory(directory.resolve("lib"));
    Files.writeString(inner.resolve("b.py"), "four");
    start(Emulator.emulator().profile(profile(directory, Map.of(), Map.of())));

    JsonNode before = read(ECHO + "/configuration");
    JsonNode again = read(ECHO + "/configuration");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    JsonNode after = read(ECHO + "/configuration");

    assertThat(before.path("CodeSize").asLong()).isEqualTo(7);
    assertThat(again.path("CodeSha256")).isEqualTo(before.path("CodeSha256"));
    assertThat(after.path("CodeSha256")).isNotEqualTo(before.path("CodeSha256"));
  }

  // ------------------------------------------------------------------ GetFunction

  @Test
  void a_function_has_a_configuration_code_and_its_reserved_concurrency() {
    start(Emulator.emulator().profile(profile(null, Map.of(), Map.of())));

    JsonNode function = read(ECHO);

    assertThat(function.path("Configuration").path("FunctionName").asText()).isEqualTo("echo");
    assertThat(function.path("Code").path("RepositoryType").asText()).isEqualTo("S3");
    assertThat(function.path("Concurrency").toString())
        .isEqualTo("{\"ReservedConcurrentExecutions\":5}");
    assertThat(function.has("Tags")).isFalse();
  }

  @Test
  void nothing_is_reserved_without_a_member() {
    assertThat(read(ECHO).has("Concurrency")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "echo, '', $LATEST, ''",
    "function, '', $LATEST, ''",
    "echo:$LATEST, :$LATEST, $LATEST, ''",
    "echo%3APROD, :PROD, 1, the first",
    "echo?Qualifier=1, :1, 1, the first",
    "echo?Qualifier=canary, :canary, 1, the first",
    "echo:$LATEST.PUBLISHED, :$LATEST.PUBLISHED, 2, ''",
    "arn:aws:lambda:us-east-1:000000000000:function:echo:2, :2, 2, ''",
    "Stack%2FEcho, '', $LATEST, ''"
  })
  void a_qualifier_is_part_of_the_arn_and_decides_the_version(
      String name, String suffix, String version, String description) {
    start(Emulator.emulator().versions(VERSIONS).otherNames("Stack/Echo"));

    JsonNode configuration = read(FUNCTIONS + "/" + name).path("Configuration");

    assertThat(configuration.path("FunctionArn").asText()).isEqualTo(ARN + suffix);
    assertThat(configuration.path("Version").asText()).isEqualTo(version);
    assertThat(configuration.path("Description").asText()).isEqualTo(description);
  }

  @ParameterizedTest
  @CsvSource({"nope, nope", "nope:1, nope:1", "echo:7, echo:7", "echo?Qualifier=x, echo:x"})
  void an_unknown_function_is_not_found_and_its_arn_has_a_qualifier_only_if_it_was_given(
      String name, String arn) {
    WireAnswer answer = emulator().connect().get(FUNCTIONS + "/" + name);

    assertRefused(
        answer,
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"Function not found: arn:aws:lambda:us-east-1:000000000000:function:"
            + arn
            + "\",\"Type\":\"User\"}");
  }

  @Test
  void names_and_qualifiers_are_checked_as_those_of_an_invocation() {
    assertRefused(
        emulator().connect().get(FUNCTIONS + "/my-function!"), 400, "ValidationException");
    assertRefused(
        emulator().connect().get(ECHO + ":1?Qualifier=2"),
        400,
        "InvalidParameterValueException",
        "{\"Type\":\"User\",\"message\":\"The derived qualifier from the function name does not"
            + " match the specified qualifier.\"}");
  }

  @Test
  void an_arn_of_another_region_is_refused_if_the_rules_are_strict() {
    start(Emulator.emulator().strictness(new Strictness(true, false, false)));

    assertRefused(
        emulator()
            .connect()
            .get(FUNCTIONS + "/arn:aws:lambda:eu-west-1:000000000000:function:echo"),
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"Functions from 'eu-west-1' are not reachable in this region"
            + " ('us-east-1')\",\"Type\":\"User\"}");
  }

  // ------------------------------------------------------------------ lists

  @ParameterizedTest
  @ValueSource(strings = {"", "/"})
  void a_list_has_all_functions_in_the_order_of_the_settings(String slash) {
    start(Emulator.emulator().more(listed("b")).more(listed("a")));

    JsonNode body = read(FUNCTIONS + slash);

    assertThat(body.path("Functions").findValuesAsText("FunctionName"))
        .containsExactly("echo", "b", "a");
    assertThat(body.path("Functions").findValuesAsText("FunctionArn").getFirst()).isEqualTo(ARN);
    assertThat(body.size()).isEqualTo(1);
  }

  @Test
  void a_list_of_60_functions_has_two_pages() {
    Emulator.Builder builder = Emulator.emulator();
    for (int i = 1; i < 60; i++) {
      builder.more(listed("f" + i));
    }
    start(builder);

    JsonNode first = read(FUNCTIONS);
    JsonNode second = read(FUNCTIONS + "?Marker=" + first.path("NextMarker").asText());

    List<String> names = new ArrayList<>(first.path("Functions").findValuesAsText("FunctionName"));
    assertThat(names).hasSize(50);
    names.addAll(second.path("Functions").findValuesAsText("FunctionName"));
    assertThat(names).hasSize(60).doesNotHaveDuplicates();
    assertThat(second.has("NextMarker")).isFalse();
  }

  @Test
  void a_page_has_at_most_as_many_functions_as_the_request_wants() {
    start(Emulator.emulator().more(listed("a")));

    JsonNode first = read(FUNCTIONS + "?MaxItems=1");
    JsonNode second = read(FUNCTIONS + "?MaxItems=1&Marker=" + first.path("NextMarker").asText());

    assertThat(first.path("Functions").findValuesAsText("FunctionName")).containsExactly("echo");
    assertThat(second.path("Functions").findValuesAsText("FunctionName")).containsExactly("a");
    assertThat(second.has("NextMarker")).isFalse();
  }

  @Test
  void a_foreign_marker_is_an_invalid_parameter() {
    assertRefused(
        emulator().connect().get(FUNCTIONS + "?Marker=x"), 400, "InvalidParameterValueException");
  }

  @ParameterizedTest
  @CsvSource({
    "MaxItems=0, maxItems, 0, Member must have value greater than or equal to 1",
    "MaxItems=10001, maxItems, 10001, Member must have value less than or equal to 10000",
    "MaxItems=x, maxItems, x, Member must be a whole number",
    "FunctionVersion=invalid, functionVersion, invalid, Member must satisfy enum value set: [ALL]"
  })
  void a_wrong_parameter_of_a_list_is_invalid(
      String query, String field, String value, String constraint) {
    WireAnswer answer = emulator().connect().get(FUNCTIONS + "?" + query);

    assertRefused(answer, 400, "ValidationException");
    assertThat(messageOf(answer))
        .isEqualTo(
            "1 validation error detected: Value '"
                + value
                + "' at '"
                + field
                + "' failed to satisfy constraint: "
                + constraint);
  }

  @Test
  void a_list_of_all_versions_has_each_with_its_arn() {
    start(Emulator.emulator().versions(VERSIONS).more(listed("a")));

    JsonNode body = read(FUNCTIONS + "?FunctionVersion=ALL");

    assertThat(body.path("Functions").findValuesAsText("FunctionArn"))
        .containsExactly(
            ARN + ":$LATEST", ARN + ":1", ARN + ":2", ARN.replace("echo", "a") + ":$LATEST");
  }

  @Test
  void the_versions_of_a_function_begin_with_the_latest() {
    start(Emulator.emulator().versions(VERSIONS));

    JsonNode body = read(ECHO + "/versions");

    assertThat(body.path("Versions").findValuesAsText("Version"))
        .containsExactly("$LATEST", "1", "2");
    assertThat(body.path("Versions").findValuesAsText("FunctionArn"))
        .containsExactly(ARN + ":$LATEST", ARN + ":1", ARN + ":2");
  }

  // ------------------------------------------------------------------ SnapStart

  @Test
  void a_published_version_of_a_function_with_snap_start_is_optimised() {
    FunctionProfile usual = Emulator.PROFILE;
    start(
        Emulator.emulator()
            .versions(VERSIONS)
            .profile(
                new FunctionProfile(
                    null, Map.of(), null, null, true, true, null, 0, usual.modified(), Map.of())));

    assertThat(read(ECHO + "/configuration").path("SnapStart").toString())
        .isEqualTo("{\"ApplyOn\":\"PublishedVersions\",\"OptimizationStatus\":\"Off\"}");
    JsonNode published = read(ECHO + ":1/configuration");
    assertThat(published.path("SnapStart").toString())
        .isEqualTo("{\"ApplyOn\":\"PublishedVersions\",\"OptimizationStatus\":\"On\"}");
    assertThat(published.path("TenancyConfig").toString())
        .isEqualTo("{\"TenantIsolationMode\":\"PER_TENANT\"}");
  }
}
