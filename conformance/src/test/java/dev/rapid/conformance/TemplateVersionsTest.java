package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Versions, aliases and reads of a function of a template (contract templates-and-runtimes, section
 * 8, and section 9, rows 66 and 67).
 */
final class TemplateVersionsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ARN = "arn:aws:lambda:eu-west-1:000000000000:function:hello-dev";

  private static final String TEMPLATE =
      """
      Transform: AWS::Serverless-2016-10-31
      Parameters:
        Stage: {Type: String, Default: dev}
      Globals:
        Function:
          Runtime: python3.13
          Timeout: 10
          Environment: {Variables: {STAGE: !Ref Stage, LEVEL: info}}
      Resources:
        Hello:
          Type: AWS::Serverless::Function
          Properties:
            FunctionName: !Sub 'hello-${Stage}'
            Description: says hello
            CodeUri: src
            Handler: app.handler
            AutoPublishAlias: live
            FunctionUrlConfig: {AuthType: NONE}
            Environment: {Variables: {LEVEL: debug}}
      """;

  private static final String HANDLER =
      """
      import os
      def handler(event, context):
          return {"version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
                  "seen": context.function_version,
                  "arn": context.invoked_function_arn,
                  "stream": context.log_stream_name}
      """;

  @TempDir static Path directory;

  private static Rapid rapid;

  @BeforeAll
  static void serve() throws IOException {
    assumeTrue(Command.exists("python3"), "python3 exists");
    Files.writeString(directory.resolve("template.yaml"), TEMPLATE);
    Files.createDirectory(directory.resolve("src"));
    Files.writeString(directory.resolve("src/app.py"), HANDLER);
    rapid = Rapid.serve("--template=" + directory, "--region=eu-west-1", "--no-watch");
  }

  @AfterAll
  static void end() {
    if (rapid != null) {
      rapid.close();
    }
  }

  private static JsonNode json(Answer answer) throws IOException {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return JSON.readTree(answer.text());
  }

  private static JsonNode invoke(String name) throws IOException {
    return json(
        Http.post(rapid.url().resolve("/2015-03-31/functions/" + name + "/invocations"), "{}")
            .join());
  }

  @ParameterizedTest
  @CsvSource({
    "hello-dev, $LATEST, ''",
    "Hello, $LATEST, ''",
    "hello-dev:$LATEST, $LATEST, :$LATEST",
    "hello-dev:1, 1, :1",
    "hello-dev:live, 1, :live",
    "Hello:live, 1, :live"
  })
  void the_qualifier_decides_what_the_function_sees(String name, String version, String suffix)
      throws IOException {
    JsonNode seen = invoke(name);

    assertThat(seen.path("version").asText()).isEqualTo(version);
    assertThat(seen.path("seen").asText()).isEqualTo(version);
    assertThat(seen.path("arn").asText()).isEqualTo(ARN + suffix);
    assertThat(seen.path("stream").asText()).contains("[" + version + "]");
  }

  @Test
  void an_unknown_qualifier_is_not_found() {
    Answer answer =
        Http.post(rapid.url().resolve("/2015-03-31/functions/hello-dev:nope/invocations"), "{}")
            .join();

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.errorType()).isEqualTo("ResourceNotFoundException");
  }

  @Test
  void the_function_url_is_of_the_alias() throws IOException {
    JsonNode seen = json(Http.get(rapid.url().resolve("/lambda-url/hello-dev/")));

    assertThat(seen.path("version").asText()).isEqualTo("1");
    assertThat(seen.path("arn").asText()).isEqualTo(ARN + ":live");
  }

  @Test
  void the_configuration_has_the_values_of_the_template_and_its_globals() throws IOException {
    JsonNode configuration =
        json(Http.get(rapid.url().resolve("/2015-03-31/functions/hello-dev/configuration")));

    assertThat(configuration.path("FunctionArn").asText()).isEqualTo(ARN);
    assertThat(configuration.path("Runtime").asText()).isEqualTo("python3.13");
    assertThat(configuration.path("Handler").asText()).isEqualTo("app.handler");
    assertThat(configuration.path("Description").asText()).isEqualTo("says hello");
    assertThat(configuration.path("Timeout").isInt()).isTrue();
    assertThat(configuration.path("Timeout").asInt()).isEqualTo(10);
    assertThat(configuration.path("MemorySize").isInt()).isTrue();
    assertThat(configuration.path("MemorySize").asInt()).isEqualTo(128);
    JsonNode variables = configuration.path("Environment").path("Variables");
    assertThat(variables.path("STAGE").asText()).isEqualTo("dev");
    assertThat(variables.path("LEVEL").asText()).isEqualTo("debug");
  }

  @Test
  void versions_aliases_and_tags_are_those_of_the_template() throws IOException {
    String function = "/2015-03-31/functions/hello-dev";

    JsonNode versions = json(Http.get(rapid.url().resolve(function + "/versions")));
    JsonNode alias = json(Http.get(rapid.url().resolve(function + "/aliases/live")));
    JsonNode whole = json(Http.get(rapid.url().resolve(function)));

    assertThat(versions.path("Versions").findValuesAsText("Version"))
        .containsExactly("$LATEST", "1");
    assertThat(alias.path("FunctionVersion").asText()).isEqualTo("1");
    assertThat(whole.path("Tags").path("lambda:createdBy").asText()).isEqualTo("SAM");
    assertThat(whole.path("Code").path("Location").asText()).startsWith("file:").contains("src");
  }
}
