package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How asynchronous invocations are configured in a file. */
class AsyncOptionsTest {

  /** The current directory; the file is in the directory below. */
  @TempDir Path directory;

  private final List<Message> messages = new ArrayList<>();

  @BeforeEach
  void makeDirectory() throws IOException {
    Files.createDirectory(directory.resolve("project"));
  }

  private FunctionSettings first(String yaml) {
    try {
      Files.writeString(directory.resolve(Path.of("project", "rapid.yaml")), yaml);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new Settings(
            new Arguments(Map.of(Options.CONFIG, List.of("project/rapid.yaml")), List.of(), false),
            new ProcessContext(
                Map.of("HOOK", "from the environment"),
                directory,
                new ByteArrayInputStream(new byte[0])),
            new LazyRuntimes(Map.of()))
        .programToServe(messages::add)
        .functions()
        .getFirst();
  }

  private void refuse(String yaml, String message) {
    assertThatThrownBy(() -> first(yaml)).isInstanceOf(UsageException.class).hasMessage(message);
  }

  @Test
  void a_mapping_async_has_the_options_without_their_prefix() {
    AsyncSettings async =
        first(
                """
                functions:
                  orders:
                    async:
                      attempts: 1
                      retry-base: 0.5
                      max-age: 60
                      on-success: https://example.com/done
                """)
            .async();

    assertThat(async)
        .isEqualTo(
            new AsyncSettings(
                1,
                Duration.ofMillis(500),
                Duration.ofMinutes(1),
                new Destination.OfHook(URI.create("https://example.com/done"), null),
                null,
                null));
  }

  @Test
  void a_mapping_at_the_top_is_for_all_functions_and_those_of_a_function_count_more() {
    AsyncSettings async =
        first(
                """
                async:
                  attempts: 1
                  max-age: 120
                functions:
                  orders:
                    async: {attempts: 2}
                """)
            .async();

    assertThat(async.attempts()).isEqualTo(2);
    assertThat(async.maxAge()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void an_option_inside_and_outside_of_the_mapping_is_there_twice() {
    refuse(
        """
        async:
          attempts: 1
        async-attempts: 2
        """,
        "project/rapid.yaml:3:17: 'async-attempts' is there twice");
  }

  @Test
  void an_unknown_member_of_the_mapping_is_refused_with_its_place() {
    refuse(
        """
        async:
          atempts: 1
        """,
        "project/rapid.yaml:2:3: there is no option 'async-atempts'");
  }

  @Test
  void a_mapping_that_is_none_is_refused() {
    refuse("async: 3\n", "project/rapid.yaml:1:8: 'async' takes options, 'name: value'");
  }

  @Test
  void a_file_is_relative_to_the_configuration_file() {
    assertThat(first("async: {on-failure: 'file:failed.ndjson'}\n").async().onFailure())
        .isEqualTo(new Destination.OfFile(directory.resolve("project").resolve("failed.ndjson")));
  }

  @Test
  void a_function_is_a_destination_by_any_of_its_names() {
    Destination destination =
        first(
                """
                functions:
                  orders:
                    async: {on-success: 'function:Audit:live'}
                  audit:
                    names: Audit
                """)
            .async()
            .onSuccess();

    assertThat(destination)
        .isEqualTo(
            new Destination.OfFunction(
                "arn:aws:lambda:us-east-1:000000000000:function:audit:live", "audit", "live"));
  }

  @Test
  void the_arn_of_a_function_is_the_same_as_its_name() {
    String byName = "async-on-success: function:orders\n";
    String byArn = "async-on-success: arn:aws:lambda:us-east-1:000000000000:function:orders\n";

    assertThat(first(byArn + "function-name: orders\n").async())
        .isEqualTo(first(byName + "function-name: orders\n").async());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          function:other                              | names no function; there are orders, audit
          arn:aws:lambda:eu-west-1:012345678912:function:audit | is of another account or region
          orders                                      | is not function:NAME, file:PATH, https://HOST/PATH or an ARN
          file:                                       | is not the name of a file
          file:missing/records                        | is in a directory that does not exist
          https:nowhere                               | is not a URL, for example http://127.0.0.1:8080
          arn:aws:s3:::bucket                         | is of the service s3; there are lambda, sqs, sns and events (event buses)
          arn:aws:sqs:us-east-1:012345678912:jobs.fifo | is a FIFO queue, which cannot be one
          arn:aws:sns:us-east-1:012345678912:news.fifo | is a FIFO topic, which cannot be one
          """)
  void a_wrong_destination_is_refused_with_the_reason(String text, String reason) {
    refuse(
        """
        functions:
          orders:
            async-on-success: '%s'
          audit:
        """
            .formatted(text),
        "Invalid value for --async-on-success: '"
            + text
            + "' "
            + reason
            + " (from 'async-on-success' in project/rapid.yaml:3:23)");
  }

  @Test
  void dead_letters_cannot_go_to_an_event_bus() {
    refuse(
        "async-dead-letters: arn:aws:events:us-east-1:012345678912:event-bus/main\n",
        "Invalid value for --async-dead-letters:"
            + " 'arn:aws:events:us-east-1:012345678912:event-bus/main' is an event bus, which takes"
            + " no dead letters (from 'async-dead-letters' in project/rapid.yaml:1:21)");
  }

  @ParameterizedTest
  @CsvSource({"sqs, http://127.0.0.1:9324", "all, http://127.0.0.1:4566"})
  void a_queue_is_at_the_endpoint_of_its_service_or_of_all(String service, String url) {
    Destination destination =
        first(
                """
                endpoints: {%s: '%s'}
                async-dead-letters: arn:aws:sqs:us-east-1:012345678912:jobs
                """
                    .formatted(service, url))
            .async()
            .deadLetters();

    assertThat(destination)
        .isEqualTo(
            new Destination.OfService(
                "arn:aws:sqs:us-east-1:012345678912:jobs", "sqs", URI.create(url)));
    assertThat(messages).isEmpty();
  }

  @Test
  void a_queue_without_an_endpoint_gets_nothing_and_the_user_learns_it() {
    FunctionSettings function =
        first("async-on-failure: arn:aws:sqs:us-east-1:012345678912:jobs\n");

    assertThat(function.async().onFailure())
        .isEqualTo(
            new Destination.OfService("arn:aws:sqs:us-east-1:012345678912:jobs", "sqs", null));
    assertThat(messages)
        .contains(
            new Message(
                LogLevel.WARN,
                "function delivers nothing to arn:aws:sqs:us-east-1:012345678912:jobs, because"
                    + " --endpoints has no address of sqs"));
  }

  @Test
  void the_secret_of_hooks_may_come_from_the_environment() {
    assertThat(
            first(
                    """
                    async:
                      hook-secret: ${HOOK}
                      on-success: https://example.com/done
                    """)
                .async()
                .onSuccess())
        .isEqualTo(
            new Destination.OfHook(URI.create("https://example.com/done"), "from the environment"));
  }

  @Test
  void a_password_in_the_url_of_a_hook_is_refused_and_not_repeated() {
    refuse(
        "async-on-failure: https://me:hunter2@example.com/failed\n",
        "Invalid value for --async-on-failure: it has a user or password, which hooks do not get"
            + " and logs would show; sign requests with async-hook-secret (from"
            + " 'async-on-failure' in project/rapid.yaml:1:19)");
  }

  @Test
  void a_wrong_secret_is_refused_without_showing_it() {
    refuse(
        "async-hook-secret: whsec_?\n",
        "Invalid value for --async-hook-secret: it is not base64 after whsec_ (from"
            + " 'async-hook-secret' in project/rapid.yaml:1:20)");
  }
}
