package dev.rapid.extensionsapi;

import static dev.rapid.extensionsapi.ExtensionsFixture.EVENT_NEXT;
import static dev.rapid.extensionsapi.ExtensionsFixture.EXIT_ERROR;
import static dev.rapid.extensionsapi.ExtensionsFixture.INIT_ERROR;
import static dev.rapid.extensionsapi.ExtensionsFixture.UNKNOWN_ID;
import static dev.rapid.extensionsapi.ExtensionsFixture.errorType;
import static dev.rapid.extensionsapi.ExtensionsFixture.identified;
import static dev.rapid.extensionsapi.ExtensionsFixture.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call (contract runtime-extensions-telemetry, section 3.4). */
final class IdentifierTest extends ExtensionsApiTest {

  private final ExtensionsFixture api = start();

  private WireAnswer call(String path, String... headers) {
    WireClient client = api.connect();
    return path.equals(EVENT_NEXT) ? client.get(path, headers) : client.post(path, "", headers);
  }

  @ParameterizedTest
  @ValueSource(strings = {EVENT_NEXT, INIT_ERROR, EXIT_ERROR})
  void a_call_without_identifier_is_refused(String path) {
    assertRefused(
        call(path),
        "Extension.MissingExtensionIdentifier",
        "Missing Lambda-Extension-Identifier header");
  }

  @ParameterizedTest
  @ValueSource(strings = {EVENT_NEXT, INIT_ERROR, EXIT_ERROR})
  void an_empty_identifier_is_a_missing_one(String path) {
    assertRefused(
        call(path, "Lambda-Extension-Identifier:", errorType("E")),
        "Extension.MissingExtensionIdentifier",
        "Missing Lambda-Extension-Identifier header");
  }

  @ParameterizedTest
  @ValueSource(strings = {EVENT_NEXT, INIT_ERROR, EXIT_ERROR})
  void an_identifier_that_is_no_uuid_is_refused(String path) {
    assertRefused(
        call(path, identified("abc")),
        "Extension.InvalidExtensionIdentifier",
        "Invalid Lambda-Extension-Identifier");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-4000-8000-00000000000",
        "00000000-0000-4000-8000-0000000000000",
        "00000000-0000-4000-8000-00000000000g",
        "000000000000-4000-8000-0000-00000000",
        "0000000000004000800000000000000",
        "{00000000-0000-4000-8000-000000000000",
        "(00000000-0000-4000-8000-000000000000)",
        "{00000000000040008000000000000000}",
        "uuid:urn:00000000-0000-4000-8000-000000000000",
        "urn:uuid:00000000000040008000000000000000",
        "1-1-1-1-1"
      })
  void other_spellings_are_no_uuids(String spelling) {
    assertRefused(
        call(EVENT_NEXT, identified(spelling)),
        "Extension.InvalidExtensionIdentifier",
        "Invalid Lambda-Extension-Identifier");
  }

  @ParameterizedTest
  @CsvSource({
    EVENT_NEXT + ", Unknown extension " + UNKNOWN_ID,
    INIT_ERROR + ", Unknown Lambda-Extension-Identifier",
    EXIT_ERROR + ", Unknown Lambda-Extension-Identifier"
  })
  void an_identifier_that_nobody_has_is_refused(String path, String message) {
    assertRefused(
        call(path, identified(UNKNOWN_ID), errorType("E")),
        "Extension.UnknownExtensionIdentifier",
        message);
  }

  @Test
  void an_unknown_identifier_is_shown_in_its_canonical_spelling() {
    assertRefused(
        call(EVENT_NEXT, identified("URN:UUID:ABCDEF00-0000-4000-8000-00000000000F")),
        "Extension.UnknownExtensionIdentifier",
        "Unknown extension abcdef00-0000-4000-8000-00000000000f");
  }

  static Stream<Named<UnaryOperator<String>>> spellings() {
    return Stream.of(
        Named.of("dashes", id -> id),
        Named.of("upper case", id -> id.toUpperCase(Locale.ROOT)),
        Named.of("no dashes", id -> id.replace("-", "")),
        Named.of("braces", id -> "{" + id + "}"),
        Named.of("upper case in braces", id -> "{" + id.toUpperCase(Locale.ROOT) + "}"),
        Named.of("urn", id -> "urn:uuid:" + id));
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void an_identifier_may_be_spelt_in_several_ways(UnaryOperator<String> spelling) {
    String id = api.register("internal").id();

    assertAccepted(call(INIT_ERROR, identified(spelling.apply(id)), errorType("E")));
  }

  @Test
  void errors_show_the_canonical_spelling() {
    ExtensionsFixture.Caller extension = api.register("internal");
    assertAccepted(extension.report(EXIT_ERROR, "E"));

    assertJson(
        call(EVENT_NEXT, identified("{" + extension.id().toUpperCase(Locale.ROOT) + "}")),
        403,
        transition("ExitError", "Ready", extension.id()));
  }

  @Test
  void header_names_compare_without_regard_to_case() {
    String id = api.register("internal").id();

    assertAccepted(
        call(
            INIT_ERROR,
            "lambda-extension-identifier: " + id,
            "LAMBDA-EXTENSION-FUNCTION-ERROR-TYPE: E"));
  }

  @Test
  void the_first_of_several_identifiers_counts() {
    String id = api.register("internal").id();

    assertAccepted(call(INIT_ERROR, identified(id), identified("abc"), errorType("E")));
    assertThat(call(INIT_ERROR, identified("abc"), identified(id), errorType("E")).text())
        .contains("Extension.InvalidExtensionIdentifier");
  }
}
