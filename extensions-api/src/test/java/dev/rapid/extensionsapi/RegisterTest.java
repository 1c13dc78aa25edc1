package dev.rapid.extensionsapi;

import static dev.rapid.extensionsapi.ExtensionsFixture.IDENTIFIER;
import static dev.rapid.extensionsapi.ExtensionsFixture.REGISTER;
import static dev.rapid.extensionsapi.ExtensionsFixture.named;
import static dev.rapid.extensionsapi.ExtensionsFixture.transition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionEventType;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.testing.Functions;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST .../extension/register} (contract runtime-extensions-telemetry, section 3.3). */
final class RegisterTest extends ExtensionsApiTest {

  private static final int LIMIT = 1024 * 1024;
  private static final String WELCOME =
      "{\"functionName\":\"my-function\",\"functionVersion\":\"$LATEST\","
          + "\"handler\":\"app.handler\"}\n";
  private static final String WELCOME_WITH_ACCOUNT =
      "{\"accountId\":\"123456789012\"," + WELCOME.substring(1);
  private static final String LOWER_CASE_UUID_V4 =
      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

  private final ExtensionsFixture api = start("logger.sh");

  private WireAnswer register(String body, String... headers) {
    return api.connect().post(REGISTER, body, headers);
  }

  /** Registers an internal extension with a body of its choice. */
  private WireAnswer register(String body) {
    return register(body, named("internal"));
  }

  // ------------------------------------------------------------------ success

  @Test
  void an_external_extension_is_registered_by_its_file_name() {
    WireAnswer answer = api.tryRegister("logger.sh", "INVOKE", "SHUTDOWN");

    assertJson(answer, 200, WELCOME);
    assertThat(answer.header(IDENTIFIER)).matches(LOWER_CASE_UUID_V4);
    Extension extension = api.extension("logger.sh");
    assertThat(extension.kind()).isEqualTo(Extension.Kind.EXTERNAL);
    assertThat(extension.state()).isEqualTo(ExtensionState.REGISTERED);
    assertThat(extension.id()).isEqualTo(answer.header(IDENTIFIER));
    assertThat(extension.events())
        .containsExactlyInAnyOrder(ExtensionEventType.INVOKE, ExtensionEventType.SHUTDOWN);
  }

  @Test
  void any_other_name_is_that_of_an_internal_extension() {
    WireAnswer answer = api.tryRegister("logger", "INVOKE");

    assertJson(answer, 200, WELCOME);
    assertThat(answer.header(IDENTIFIER)).matches(LOWER_CASE_UUID_V4);
    assertThat(api.extension("logger").kind()).isEqualTo(Extension.Kind.INTERNAL);
    assertThat(api.state("logger")).isEqualTo(ExtensionState.REGISTERED);
    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.STARTED);
  }

  @Test
  void each_extension_has_an_identifier_of_its_own() {
    assertThat(api.register("one").id()).isNotEqualTo(api.register("two").id());
  }

  @Test
  void what_is_told_of_the_function_may_change() {
    api.functionIs(Functions.function().name("other").version("7").handler("").build());

    assertJson(
        api.tryRegister("internal"),
        200,
        "{\"functionName\":\"other\",\"functionVersion\":\"7\",\"handler\":\"\"}\n");
  }

  @Test
  void what_would_harm_a_page_is_escaped() {
    api.functionIs(
        Functions.function()
            .name("<a>&b")
            .version("\u2028\u2029")
            .handler("\"\\\n\u0001\u00fc")
            .build());

    assertJson(
        api.tryRegister("internal"),
        200,
        "{\"functionName\":\"\\u003ca\\u003e\\u0026b\",\"functionVersion\":\"\\u2028\\u2029\","
            + "\"handler\":\"\\\"\\\\\\n\\u0001\u00fc\"}\n");
  }

  // ------------------------------------------------------------------ the account

  @ParameterizedTest
  @ValueSource(
      strings = {"accountId", "other,accountId", " x ,\taccountId ,", "accountId,accountId"})
  void the_account_comes_first_if_it_is_asked_for(String features) {
    assertJson(
        register("{}", named("internal"), "Lambda-Extension-Accept-Feature: " + features),
        200,
        WELCOME_WITH_ACCOUNT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "accountid", "AccountId", "account Id", "accountId;other", "accountIds"})
  void the_account_is_left_out_if_something_else_is_asked_for(String features) {
    assertJson(
        register("{}", named("internal"), "Lambda-Extension-Accept-Feature: " + features),
        200,
        WELCOME);
  }

  @Test
  void only_the_first_list_of_features_counts() {
    assertJson(
        register(
            "{}",
            named("internal"),
            "lambda-extension-accept-feature: other",
            "Lambda-Extension-Accept-Feature: accountId"),
        200,
        WELCOME);
  }

  @Test
  void an_account_that_is_not_known_is_left_out() {
    api.functionIs(Functions.function().name("my-function").accountId("").build());

    assertJson(
        register("{}", named("internal"), "Lambda-Extension-Accept-Feature: accountId"),
        200,
        WELCOME);
  }

  // ------------------------------------------------------------------ the name

  @Test
  void a_name_is_required() {
    assertRefused(
        register("{}", new String[0]), "Extension.InvalidExtensionName", "Empty extension name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void an_empty_name_is_none(String name) {
    assertRefused(
        register("{}", named(name)), "Extension.InvalidExtensionName", "Empty extension name");
  }

  @Test
  void the_name_is_looked_at_before_the_body() {
    assertRefused(
        register("no json", new String[0]),
        "Extension.InvalidExtensionName",
        "Empty extension name");
  }

  @Test
  void the_first_of_several_names_counts() {
    assertThat(register("{}", named("first"), named("second")).status()).isEqualTo(200);

    assertThat(api.names()).containsExactly("logger.sh", "first");
  }

  @Test
  void the_name_of_the_header_compares_without_regard_to_case() {
    assertThat(register("{}", "lambda-extension-name: internal").status()).isEqualTo(200);

    assertThat(api.names()).contains("internal");
  }

  @Test
  void a_name_may_have_any_characters_and_any_length() {
    String name = "x".repeat(5000) + " \"/<>";
    String utf8 =
        new String("\u00fc\u4e2d".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(register("{}", named(name + utf8)).status()).isEqualTo(200);

    assertThat(api.names()).contains(name + "\u00fc\u4e2d");
  }

  @Test
  void names_compare_with_regard_to_case() {
    api.register("LOGGER.SH");

    assertThat(api.extension("LOGGER.SH").kind()).isEqualTo(Extension.Kind.INTERNAL);
  }

  // ------------------------------------------------------------------ the body

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        " null ",
        "{\"events\":null}",
        "{\"events\":[]}",
        "{\"configurationKeys\":null}",
        "{\"configurationKeys\":[]}",
        "{\"other\":{\"events\":[\"X\"]}}",
        "\r\n\t {\"events\" : [ ] }\n"
      })
  void a_body_may_ask_for_no_event(String body) {
    assertJson(register(body), 200, WELCOME);

    assertThat(api.extension("internal").events()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"events\":[\"INVOKE\"]}",
        "{\"events\":[\"INVOKE\",\"INVOKE\"]}",
        "{\"Events\":[\"INVOKE\"]}",
        "{\"EVENTS\":[\"INVOKE\"],\"other\":1}",
        "{\"events\":[\"INVOKE\"],\"EVENTS\":[]}",
        "{\"EVENTS\":[\"BAD\"],\"events\":[\"INVOKE\"]}",
        "{\"events\":[\"BAD\"],\"events\":[\"INVOKE\"]}",
        "{\"events\":[\"\\u0049NVOKE\"]}"
      })
  void a_body_may_ask_for_an_event(String body) {
    assertJson(register(body), 200, WELCOME);

    assertThat(api.extension("internal").events()).containsExactly(ExtensionEventType.INVOKE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void an_empty_body_is_refused(String body) {
    assertRefused(register(body), "InvalidRequestFormat", "unexpected end of JSON input");
  }

  @Test
  void a_request_without_a_body_is_refused() {
    assertRefused(
        api.connect().sendHead("POST", REGISTER, named("internal")).receive(),
        "InvalidRequestFormat",
        "unexpected end of JSON input");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"INVOKE\"",
        "1",
        "true",
        "{",
        "{\"events\":[\"INVOKE\"]",
        "{\"events\":[\"INVOKE\"]} x",
        "{}{}",
        "null null",
        "{'events':[]}",
        "{events:[]}",
        "{\"events\":[],}",
        "{\"events\":\"INVOKE\"}",
        "{\"events\":{}}",
        "{\"events\":1}",
        "{\"events\":[1]}",
        "{\"events\":[\"INVOKE\",null]}",
        "{\"events\":[[]]}",
        "{\"configurationKeys\":\"A\"}",
        "{\"configurationKeys\":{}}",
        "no json",
        "\u00ef\u00bb\u00bf{}"
      })
  void a_body_of_another_form_is_refused(String body) {
    WireAnswer answer =
        api.connect().post(REGISTER, body.getBytes(StandardCharsets.ISO_8859_1), named("internal"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.text())
        .startsWith("{\"errorMessage\":\"")
        .endsWith("\",\"errorType\":\"InvalidRequestFormat\"}\n");
    assertThat(answer.header(IDENTIFIER)).isNull();
    assertThat(api.names()).containsExactly("logger.sh");
  }

  @Test
  void a_body_in_another_encoding_is_refused() {
    WireAnswer answer =
        api.connect().post(REGISTER, "{}".getBytes(StandardCharsets.UTF_16), named("internal"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("InvalidRequestFormat");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"configurationKeys\":[\"A\"]}",
        "{\"ConfigurationKeys\":[\"A\"]}",
        "{\"events\":[\"INVOKE\"],\"configurationKeys\":[\"A\",\"B\"]}",
        "{\"events\":[\"BAD\"],\"configurationKeys\":[\"A\"]}"
      })
  void configuration_keys_are_refused_before_events_are_looked_at(String body) {
    assertRefused(
        register(body),
        "InvalidRequestFormat",
        "configurationKeys are deprecated; use environment variables instead");
  }

  @Test
  void a_body_of_1_mebibyte_is_taken() {
    assertJson(register("{}" + " ".repeat(LIMIT - 2)), 200, WELCOME);
  }

  @Test
  void a_larger_body_is_refused_and_the_next_one_taken() {
    WireClient client = api.connect();

    assertJson(
        client.post(REGISTER, "{}" + " ".repeat(LIMIT - 1), named("internal")),
        413,
        ExtensionsFixture.errorBody(
            "RequestEntityTooLarge", "Exceeded maximum allowed payload size (1048576 bytes)."));
    assertJson(client.post(REGISTER, "{}", named("internal")), 200, WELCOME);
  }

  @Test
  void a_chunked_body_is_taken() {
    WireClient client = api.connect();

    client
        .sendHead("POST", REGISTER, named("internal"), "Transfer-Encoding: chunked")
        .sendChunk("{\"events\":[\"IN".getBytes(StandardCharsets.UTF_8))
        .sendChunk("VOKE\"]}".getBytes(StandardCharsets.UTF_8))
        .sendLastChunk("X-Trailer: 1");

    assertJson(client.receive(), 200, WELCOME);
    assertThat(api.extension("internal").events()).containsExactly(ExtensionEventType.INVOKE);
  }

  @Test
  void a_client_that_waits_for_a_go_ahead_gets_it() {
    WireClient client =
        api.connect()
            .sendHead(
                "POST", REGISTER, named("internal"), "Content-Length: 2", "Expect: 100-continue");

    assertThat(client.receive().status()).isEqualTo(100);

    assertJson(client.send("{}").receive(), 200, WELCOME);
  }

  @Test
  void a_body_that_is_cut_off_is_refused() {
    WireClient client = api.connect();

    client
        .sendHead("POST", REGISTER, named("internal"), "Content-Length: 5")
        .send("{}")
        .endOutput();

    assertRefused(client.receive(), "InvalidRequestFormat", "unexpected EOF");
    assertThat(api.names()).containsExactly("logger.sh");
  }

  // ------------------------------------------------------------------ events

  @ParameterizedTest
  @CsvSource({"logger.sh, invoke", "logger.sh, Shutdown", "internal, invoke", "internal, PING"})
  void an_event_that_does_not_exist_is_refused(String name, String event) {
    assertRefused(
        api.tryRegister(name, event),
        "Extension.InvalidEventType",
        event + ": ErrorInvalidEventType");
  }

  @Test
  void an_event_is_shown_as_it_was_sent() {
    assertRefused(
        register("{\"events\":[\"a\\\"<\\ud800\\u0000\\u00e4\"]}"),
        "Extension.InvalidEventType",
        "a\\\"\\u003c\ufffd\\u0000\u00e4: ErrorInvalidEventType");
  }

  @Test
  void an_internal_extension_cannot_ask_for_the_shutdown() {
    assertRefused(
        api.tryRegister("internal", "INVOKE", "SHUTDOWN"),
        "Extension.InvalidEventType",
        "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension");
  }

  @Test
  void the_first_bad_event_of_an_internal_extension_decides() {
    assertRefused(
        api.tryRegister("internal", "INVOKE", "BAD", "SHUTDOWN"),
        "Extension.InvalidEventType",
        "BAD: ErrorInvalidEventType");
    assertRefused(
        api.tryRegister("internal", "SHUTDOWN", "BAD"),
        "Extension.InvalidEventType",
        "SHUTDOWN: ShutdownEventNotSupportedForInternalExtension");
  }

  @Test
  void the_first_bad_event_of_an_external_extension_decides() {
    assertRefused(
        api.tryRegister("logger.sh", "SHUTDOWN", "ONE", "TWO"),
        "Extension.InvalidEventType",
        "ONE: ErrorInvalidEventType");
    assertThat(api.state("logger.sh")).isEqualTo(ExtensionState.STARTED);
  }

  // ------------------------------------------------------------------ states

  @Test
  void an_external_extension_registers_once_and_the_error_has_its_name() {
    api.register("logger.sh");

    assertJson(
        api.tryRegister("logger.sh"), 403, transition("Registered", "Registered", "logger.sh"));
  }

  @Test
  void events_are_looked_at_before_the_state() {
    api.register("logger.sh");

    assertRefused(
        api.tryRegister("logger.sh", "BAD"),
        "Extension.InvalidEventType",
        "BAD: ErrorInvalidEventType");
  }

  @Test
  void an_external_extension_may_register_after_the_refusal_of_another_body() {
    assertThat(api.tryRegister("logger.sh", "BAD").status()).isEqualTo(403);

    assertJson(api.tryRegister("logger.sh", "SHUTDOWN"), 200, WELCOME);
  }

  @Test
  void two_internal_extensions_cannot_have_one_name() {
    api.register("internal");

    assertRefused(
        api.tryRegister("internal"),
        "Extension.InvalidExtensionState",
        "Extension with this name already registered");
  }

  @Test
  void an_internal_extension_comes_too_late_after_the_first_poll_of_the_runtime() {
    api.register("logger.sh");
    api.runtimePolls();

    assertRefused(
        api.tryRegister("internal"),
        "Extension.RegistrationClosed",
        "Extension registration closed already");
  }

  @Test
  void a_bad_event_is_told_even_when_registration_is_closed() {
    api.register("logger.sh");
    api.runtimePolls();

    assertRefused(
        api.tryRegister("internal", "BAD"),
        "Extension.InvalidEventType",
        "BAD: ErrorInvalidEventType");
  }

  @Test
  void the_tenth_extension_is_registered_and_the_eleventh_is_not() {
    for (int i = 2; i <= 10; i++) {
      api.register("internal-" + i);
    }

    assertRefused(
        api.tryRegister("internal-11"),
        "Extension.TooManyExtensions",
        "Extension limit (10) reached");
    assertThat(api.names()).hasSize(10);
  }

  @Test
  void the_limit_is_looked_at_before_the_name() {
    for (int i = 2; i <= 10; i++) {
      api.register("internal-" + i);
    }

    assertRefused(
        api.tryRegister("internal-2"),
        "Extension.TooManyExtensions",
        "Extension limit (10) reached");
  }

  @Test
  void a_closed_registration_is_looked_at_before_the_limit() {
    for (int i = 2; i <= 10; i++) {
      api.register("internal-" + i);
    }
    api.register("logger.sh");
    api.runtimePolls();

    assertRefused(
        api.tryRegister("internal-11"),
        "Extension.RegistrationClosed",
        "Extension registration closed already");
  }
}
