package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.invokeapi.Emulator.ARN;
import static dev.rapid.invokeapi.Emulator.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.invokeapi.function.FunctionAlias;
import dev.rapid.invokeapi.function.FunctionVersions;
import dev.rapid.invokeapi.function.PublishedVersion;
import dev.rapid.invokeapi.url.UrlSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invocations of versions and aliases (contract invoke-api, sections 1.2 and 5.1). */
final class QualifierTest extends InvokeApiTest {

  private static final FunctionVersions VERSIONS =
      new FunctionVersions(
          List.of(PublishedVersion.of("1"), PublishedVersion.of("2")),
          List.of(
              FunctionAlias.of("PROD", "1"),
              new FunctionAlias("canary", "1", Map.of("2", 0.25), "", 0)));

  private final Deque<Double> random = new ArrayDeque<>();

  private Emulator.Builder versioned() {
    return Emulator.emulator().versions(VERSIONS).random(random::removeFirst);
  }

  @BeforeEach
  void start_with_versions() {
    start(versioned());
  }

  private static String stream(String name) {
    return Emulator.STREAM.replace("/echo/", "/" + name + "/");
  }

  // ------------------------------------------------------------------ Invoke

  @ParameterizedTest
  @CsvSource({
    "echo, $LATEST, ''",
    "echo:$LATEST, $LATEST, :$LATEST",
    "echo:1, 1, :1",
    "echo:2, 2, :2",
    "echo:PROD, 1, :PROD",
    "echo%3APROD, 1, :PROD",
    "arn:aws:lambda:us-east-1:000000000000:function:echo:PROD, 1, :PROD",
    "echo:$LATEST.PUBLISHED, 2, :$LATEST.PUBLISHED"
  })
  void a_qualifier_decides_the_version_and_is_part_of_the_arn_as_invoked(
      String name, String version, String qualifier) {
    WireAnswer answer = emulator().connect().post(path(name), "{}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Amz-Executed-Version")).isEqualTo(version);
    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN + qualifier);
  }

  @Test
  void a_qualifier_in_the_query_means_the_same() {
    WireAnswer answer = emulator().connect().post(path("echo") + "?Qualifier=PROD", "{}");

    assertThat(answer.header("X-Amz-Executed-Version")).isEqualTo("1");
    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN + ":PROD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "prod", "$latest"})
  void an_unknown_version_or_alias_is_not_found(String qualifier) {
    WireAnswer answer = emulator().connect().post(path("echo") + "?Qualifier=" + qualifier, "{}");

    assertRefused(
        answer,
        404,
        "ResourceNotFoundException",
        "{\"Message\":\"Function not found: " + ARN + ":" + qualifier + "\",\"Type\":\"User\"}");
  }

  @Test
  void a_weighted_alias_chooses_the_version_of_each_invocation_by_chance() {
    random.addAll(List.of(0.24, 0.25, 0.0, 0.99));

    List<String> versions =
        random.stream().toList().stream()
            .map(number -> emulator().connect().post(path("echo:canary"), "{}"))
            .map(answer -> String.valueOf(answer.header("X-Amz-Executed-Version")))
            .toList();

    assertThat(versions).containsExactly("2", "1", "2", "1");
  }

  @Test
  void the_newest_published_version_of_a_function_without_any_is_an_error() {
    emulator().close();
    start(Emulator.emulator());

    WireAnswer answer =
        emulator().connect().post(path("echo") + "?Qualifier=$LATEST.PUBLISHED", "{}");

    assertRefused(
        answer,
        400,
        "NoPublishedVersionException",
        "{\"Message\":\"The function " + ARN + " has no published version.\",\"Type\":\"User\"}");
  }

  @Test
  void a_dry_run_of_an_unknown_alias_is_not_found() {
    WireAnswer answer =
        emulator().connect().post(path("echo:nope"), "{}", "X-Amz-Invocation-Type: DryRun");

    assertRefused(answer, 404, "ResourceNotFoundException");
  }

  // ------------------------------------------------------------------ events and streams

  @Test
  void an_event_runs_the_version_of_its_alias() {
    WireAnswer answer =
        emulator().connect().post(path("echo:PROD"), "{}", "X-Amz-Invocation-Type: Event");

    assertThat(answer.status()).isEqualTo(202);
    eventually(() -> emulator().seen().size() == 1);
    assertThat(emulator().seen().getFirst().arn()).isEqualTo(ARN + ":PROD");
  }

  @Test
  void a_streamed_response_names_the_version_of_its_alias() {
    WireAnswer answer = emulator().connect().post(stream("echo:PROD"), "{}");

    assertThat(answer.header("X-Amz-Executed-Version")).isEqualTo("1");
    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN + ":PROD");
  }

  // ------------------------------------------------------------------ function URLs

  @Test
  void a_function_url_runs_what_has_no_qualifier() {
    emulator().connect().get("/lambda-url/echo/");

    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROD", "1", "$LATEST"})
  void the_url_of_a_function_is_also_there_for_each_version_and_alias(String qualifier) {
    emulator().connect().get("/lambda-url/echo:" + qualifier + "/a");

    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN + ":" + qualifier);
  }

  @Test
  void a_url_of_an_unknown_alias_does_not_exist() {
    WireAnswer answer = emulator().connect().get("/lambda-url/echo:nope/");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).isEqualTo("{\"Message\":null}");
    emulator().expectNotInvoked();
  }

  @Test
  void a_url_of_an_alias_runs_it() {
    emulator().close();
    start(versioned().url(new UrlSettings(false, false, "PROD", null)));

    emulator().connect().get("/lambda-url/echo/");

    assertThat(emulator().onlyEvent().arn()).isEqualTo(ARN + ":PROD");
  }

  @Test
  void a_url_of_an_alias_is_of_no_other_version() {
    emulator().close();
    start(versioned().url(new UrlSettings(false, false, "PROD", null)));

    assertThat(emulator().connect().get("/lambda-url/echo:PROD/").status()).isEqualTo(200);
    assertThat(emulator().connect().get("/lambda-url/echo:2/").status()).isEqualTo(403);
  }

  // ------------------------------------------------------------------ other names

  @ParameterizedTest
  @ValueSource(strings = {"Hello", "Stack%2FHello", "Hello:$LATEST", "Stack%2FHello:$LATEST"})
  void a_function_has_further_names(String name) {
    emulator().close();
    start(Emulator.emulator().otherNames("Hello", "Stack/Hello"));

    assertThat(emulator().connect().post(path(name), "{}").status()).isEqualTo(200);
    assertThat(emulator().onlyEvent().arn()).startsWith(ARN);
  }

  @Test
  void a_further_name_is_part_of_an_arn_too() {
    emulator().close();
    start(Emulator.emulator().otherNames("Hello"));

    WireAnswer answer =
        emulator()
            .connect()
            .post(path("arn:aws:lambda:us-east-1:000000000000:function:Hello"), "{}");

    assertThat(answer.status()).isEqualTo(200);
  }

  // ------------------------------------------------------------------ functions that cannot run

  @Test
  void a_function_that_cannot_run_is_a_conflict_whose_message_has_the_reason() {
    emulator().close();
    start(Emulator.emulator().notRunnable("Its code is in s3://bucket/key."));

    for (String each : List.of(path("echo"), stream("echo"))) {
      WireAnswer answer = emulator().connect().post(each, "{}");

      assertRefused(answer, 409, "ResourceConflictException");
      assertThat(messageOf(answer))
          .isEqualTo(
              "The operation cannot be performed at this time. The function is currently in the"
                  + " following state: Failed. Its code is in s3://bucket/key.");
    }
    assertRefused(emulator().connect().get("/lambda-url/echo/"), 409, "ResourceConflictException");
  }
}
