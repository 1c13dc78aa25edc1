package dev.rapid.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.cli.control.Credentials;
import dev.rapid.cli.control.InitSettings;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.process.ProcessName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With what the processes of a function are started, and how the control API changes that. */
final class ConfiguredFunctionTest {

  private static final String API = "127.0.0.1:9001";
  private static final ProcessName RUNTIME = ProcessName.runtime(1);
  private static final Map<String, String> OWN =
      Map.of("AWS_ACCESS_KEY_ID", "OWN", "AWS_SECRET_ACCESS_KEY", "SECRET");

  @TempDir Path directory;

  private ConfiguredFunction function(Map<Option, String> flags) {
    Map<Option, List<String>> given = new HashMap<>();
    flags.forEach((option, value) -> given.put(option, List.of(value)));
    Settings settings = new Settings(given, new Shells(directory, OWN, "").shell());
    return new ConfiguredFunction(Configuration.of(settings, List.of("./bootstrap")), () -> {});
  }

  private static InitSettings init(
      Map<String, String> environment, @Nullable Credentials credentials) {
    return new InitSettings(
        "a.b", "orders", "7", Duration.ofSeconds(3), "", "", environment, credentials, false);
  }

  private static Map<String, String> environmentOf(ConfiguredFunction function) {
    return function.launchSpec(RUNTIME, API).environment();
  }

  @Test
  void an_extension_is_started_from_its_directory_without_what_only_runtimes_have() {
    ConfiguredFunction function =
        function(Map.of(Option.EXTENSIONS_DIR, directory.toString(), Option.HANDLER, "a.b"));

    var spec = function.launchSpec(ProcessName.extension(1, "logger.sh"), API);

    assertThat(spec.command()).containsExactly(directory.resolve("logger.sh").toString());
    assertThat(spec.environment())
        .containsEntry("AWS_LAMBDA_RUNTIME_API", API)
        .doesNotContainKey("_HANDLER");
  }

  @Test
  void an_extension_is_told_who_the_function_is() {
    ConfiguredFunction function =
        function(Map.of(Option.HANDLER, "a.b", Option.ACCOUNT_ID, "123456789012"));

    assertThat(function.description().handler()).isEqualTo("a.b");
    assertThat(function.description().identity())
        .isEqualTo(new FunctionIdentity("function", "us-east-1", "123456789012", "$LATEST"));
  }

  @Test
  void with_snapstart_the_credentials_are_fetched() {
    ConfiguredFunction function = function(Map.of(Option.SNAPSTART, "true"));

    assertThat(environmentOf(function))
        .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
        .containsEntry(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://" + API + "/2021-04-23/credentials")
        .doesNotContainKey("AWS_ACCESS_KEY_ID");
    assertThat(fetched(function).accessKeyId()).isEqualTo("OWN");
  }

  @Test
  void an_init_of_the_control_api_changes_the_function() {
    ConfiguredFunction function = function(Map.of());

    function.configure(init(Map.of("COLOUR", "red"), null));

    assertThat(environmentOf(function))
        .containsEntry("AWS_LAMBDA_FUNCTION_NAME", "orders")
        .containsEntry("AWS_LAMBDA_FUNCTION_VERSION", "7")
        .containsEntry("_HANDLER", "a.b")
        .containsEntry("COLOUR", "red")
        .containsEntry("AWS_ACCESS_KEY_ID", "OWN");
    assertThat(function.description().identity().name()).isEqualTo("orders");
  }

  @Test
  void variables_of_an_earlier_init_stay_and_credentials_do_not() {
    ConfiguredFunction function = function(Map.of());
    function.configure(init(Map.of("COLOUR", "red"), new Credentials("K", "S", "T", null)));
    assertThat(environmentOf(function)).containsEntry("AWS_SESSION_TOKEN", "T");

    function.configure(init(Map.of(), new Credentials("K2", null, null, null)));

    assertThat(environmentOf(function))
        .containsEntry("COLOUR", "red")
        .containsEntry("AWS_ACCESS_KEY_ID", "K2")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "SECRET")
        .containsEntry("AWS_SESSION_TOKEN", "");
  }

  @Test
  void empty_credentials_do_not_become_the_emulators_own() {
    ConfiguredFunction function = function(Map.of());

    function.configure(init(Map.of(), new Credentials("", "", "", null)));

    assertThat(environmentOf(function))
        .containsEntry("AWS_ACCESS_KEY_ID", "")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "");
  }

  @Test
  void a_restore_replaces_the_credentials_that_are_fetched() {
    ConfiguredFunction function = function(Map.of(Option.SNAPSTART, "true"));
    Instant expiry = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(function.replaceCredentials(new Credentials("K", "S", "T", expiry))).isTrue();

    assertThat(fetched(function))
        .isEqualTo(new dev.rapid.runtimeapi.Credentials("K", "S", "T", expiry));
  }

  @Test
  void without_snapstart_there_are_no_credentials_to_replace() {
    assertThat(function(Map.of()).replaceCredentials(new Credentials("K", "S", "T", null)))
        .isFalse();
  }

  @Test
  void variables_that_cannot_be_set_are_a_fault_and_change_nothing() {
    ConfiguredFunction function = function(Map.of());

    assertThat(function.faultOf(init(Map.of("A=B", "c"), null))).isNotNull();
    assertThat(function.faultOf(init(Map.of("A", "c"), null))).isNull();
    assertThat(environmentOf(function)).doesNotContainKey("A");
  }

  private static dev.rapid.runtimeapi.Credentials fetched(ConfiguredFunction function) {
    return requireNonNull(function.credentialStore()).credentials();
  }
}
