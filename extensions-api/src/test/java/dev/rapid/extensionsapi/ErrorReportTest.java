package dev.rapid.extensionsapi;

import static dev.rapid.extensionsapi.ExtensionsFixture.EXIT_ERROR;
import static dev.rapid.extensionsapi.ExtensionsFixture.INIT_ERROR;
import static dev.rapid.extensionsapi.ExtensionsFixture.UNKNOWN_ID;
import static dev.rapid.extensionsapi.ExtensionsFixture.errorType;
import static dev.rapid.extensionsapi.ExtensionsFixture.identified;
import static dev.rapid.extensionsapi.ExtensionsFixture.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.extension.ExtensionState;
import dev.rapid.extensionsapi.ExtensionsFixture.Caller;
import dev.rapid.http.testing.WireClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code POST .../init/error} and {@code .../exit/error} (contract runtime-extensions-telemetry,
 * section 3.7).
 */
final class ErrorReportTest extends ExtensionsApiTest {

  private final ExtensionsFixture api = start("logger.sh");

  @ParameterizedTest
  @CsvSource({INIT_ERROR + ", INIT_ERROR", EXIT_ERROR + ", EXIT_ERROR"})
  void a_report_is_taken_and_its_type_is_kept(String path, ExtensionState state) {
    Caller extension = api.register("logger.sh");

    assertAccepted(extension.report(path, "Extension.SomeReason"));

    assertThat(api.state("logger.sh")).isEqualTo(state);
    assertThat(api.extension("logger.sh").errorType()).isEqualTo("Extension.SomeReason");
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT_ERROR, EXIT_ERROR})
  void the_first_report_counts(String path) {
    Caller extension = api.register("logger.sh");
    assertAccepted(extension.report(path, "First"));

    assertAccepted(extension.report(path, "Second"));

    assertThat(api.extension("logger.sh").errorType()).isEqualTo("First");
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT_ERROR, EXIT_ERROR})
  void a_type_may_be_any_text(String path) {
    Caller extension = api.register("logger.sh");
    String utf8 =
        new String("\u00fc".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertAccepted(extension.report(path, "no \"type\" <at> all; " + utf8));

    assertThat(api.extension("logger.sh").errorType()).isEqualTo("no \"type\" <at> all; \u00fc");
  }

  @Test
  void a_type_is_kept_without_control_characters() {
    Caller extension = api.register("logger.sh");

    String nextLine =
        new String("\u0085".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertAccepted(extension.report(EXIT_ERROR, "a\tb" + nextLine + "c"));

    assertThat(api.extension("logger.sh").errorType()).isEqualTo("abc");
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT_ERROR, EXIT_ERROR})
  void a_report_without_a_type_is_refused(String path) {
    Caller extension = api.register("logger.sh");

    assertRefused(
        api.connect().post(path, "{}", identified(extension.id())),
        "Extension.MissingHeader",
        "Lambda-Extension-Function-Error-Type not found");
    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.REGISTERED);
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT_ERROR, EXIT_ERROR})
  void an_empty_type_is_none(String path) {
    Caller extension = api.register("logger.sh");

    assertRefused(
        api.connect().post(path, "{}", identified(extension.id()), errorType("")),
        "Extension.MissingHeader",
        "Lambda-Extension-Function-Error-Type not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT_ERROR, EXIT_ERROR})
  void the_type_is_looked_at_before_the_identifier_is_searched(String path) {
    assertRefused(
        api.connect().post(path, "{}", identified(UNKNOWN_ID)),
        "Extension.MissingHeader",
        "Lambda-Extension-Function-Error-Type not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT_ERROR, EXIT_ERROR})
  void the_spelling_of_the_identifier_is_looked_at_before_the_type(String path) {
    assertRefused(
        api.connect().post(path, "{}", identified("abc")),
        "Extension.InvalidExtensionIdentifier",
        "Invalid Lambda-Extension-Identifier");
  }

  @ParameterizedTest
  @ValueSource(strings = {INIT_ERROR, EXIT_ERROR})
  void the_first_of_several_types_counts(String path) {
    Caller extension = api.register("logger.sh");

    assertAccepted(
        api.connect()
            .post(path, "", identified(extension.id()), errorType("First"), errorType("Second")));

    assertThat(api.extension("logger.sh").errorType()).isEqualTo("First");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2_000_000})
  void the_body_is_ignored_whatever_its_size(int length) {
    Caller extension = api.register("logger.sh");
    WireClient client = api.connect();

    assertAccepted(
        client.post(
            INIT_ERROR,
            new byte[length],
            identified(extension.id()),
            errorType("E"),
            "Content-Type: nonsense"));

    assertAccepted(client.post(INIT_ERROR, "{}", identified(extension.id()), errorType("E")));
  }

  @Test
  void a_chunked_body_is_ignored_too() {
    Caller extension = api.register("logger.sh");
    WireClient client = api.connect();

    client
        .sendHead(
            "POST",
            EXIT_ERROR,
            identified(extension.id()),
            errorType("E"),
            "Transfer-Encoding: chunked")
        .sendChunk(new byte[100])
        .sendLastChunk();

    assertAccepted(client.receive());
    assertAccepted(client.post(EXIT_ERROR, "", identified(extension.id()), errorType("E")));
  }

  @Test
  void a_wrong_state_is_told_with_the_identifier_and_not_the_name() {
    Caller extension = api.register("logger.sh");
    assertAccepted(extension.report(INIT_ERROR, "E"));

    assertJson(
        extension.report(EXIT_ERROR, "E"), 403, transition("InitError", "Exited", extension.id()));
  }
}
