package dev.rapid.emulator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.control.CredentialOverrides;
import dev.rapid.control.InitSettings;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.SandboxOptions;
import dev.rapid.emulator.settings.TelemetryMode;
import dev.rapid.runtimeapi.RoleCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With what the processes of a function are started, and how the control API changes that. */
final class ConfiguredFunctionTest {

  private static final String API = "127.0.0.1:9001";
  private static final ProcessName RUNTIME = ProcessName.runtime(1);
  private static final Map<String, String> OWN =
      Map.of("AWS_ACCESS_KEY_ID", "OWN", "AWS_SECRET_ACCESS_KEY", "SECRET");

  @TempDir Path directory;

  private ConfiguredFunction function() {
    return function(builder -> builder);
  }

  private ConfiguredFunction function(UnaryOperator<FunctionSettings.Builder> chosen) {
    FunctionSettings.Builder builder =
        FunctionSettings.builder(List.of("./bootstrap"), directory).inherited(OWN);
    return new ConfiguredFunction(chosen.apply(builder).build(), 1, () -> {});
  }

  private ConfiguredFunction functionWithSnapStart() {
    return function(builder -> builder.sandbox(sandbox(null, true)));
  }

  private SandboxOptions sandbox(@Nullable Path extensions, boolean snapStart) {
    return new SandboxOptions(
        extensions,
        directory,
        false,
        snapStart,
        SandboxConfig.DEFAULT_RESTORE_TIMEOUT,
        Duration.ZERO,
        TelemetryMode.ON);
  }

  private static InitSettings init(
      Map<String, String> environment, @Nullable CredentialOverrides credentials) {
    return new InitSettings(
        "a.b", "orders", "7", Duration.ofSeconds(3), "", "", environment, credentials, false);
  }

  private static SandboxIdentity sandboxOf(ConfiguredFunction function) {
    return function.identity(1, false, "stream");
  }

  private static Map<String, String> environmentOf(ConfiguredFunction function) {
    return function.launchSpec(RUNTIME, sandboxOf(function), API).environment();
  }

  @Test
  void an_extension_is_started_from_its_directory_without_what_only_runtimes_have() {
    ConfiguredFunction function =
        function(builder -> builder.sandbox(sandbox(directory, false)).handler("a.b"));

    var spec = function.launchSpec(ProcessName.extension(1, "logger.sh"), sandboxOf(function), API);

    assertThat(spec.command()).containsExactly(directory.resolve("logger.sh").toString());
    assertThat(spec.environment())
        .containsEntry("AWS_LAMBDA_RUNTIME_API", API)
        .doesNotContainKey("_HANDLER");
  }

  @Test
  void an_extension_is_told_who_the_function_is() {
    ConfiguredFunction function =
        function(builder -> builder.handler("a.b").accountId("123456789012"));

    assertThat(function.description().handler()).isEqualTo("a.b");
    assertThat(function.description().identity())
        .isEqualTo(new FunctionIdentity("function", "us-east-1", "123456789012", "$LATEST"));
  }

  @Test
  void a_sandbox_has_a_name_and_a_log_stream_of_its_own() {
    ConfiguredFunction function = function(builder -> builder.name("orders"));

    assertThat(function.identity(2, false, "mine"))
        .isEqualTo(new SandboxIdentity("orders", 2, "mine", InitializationType.ON_DEMAND));
    assertThat(function.launchSpec(RUNTIME, function.identity(2, false, "mine"), API).environment())
        .containsEntry("AWS_LAMBDA_LOG_STREAM_NAME", "mine")
        .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
  }

  @Test
  void a_log_stream_that_the_user_chose_is_that_of_every_sandbox() {
    ConfiguredFunction function = function(builder -> builder.logStream("chosen"));

    assertThat(function.identity(1, false, "a").logStream()).isEqualTo("chosen");
    assertThat(function.identity(2, false, "b").logStream()).isEqualTo("chosen");
  }

  @Test
  void a_provisioned_sandbox_reports_so_but_not_with_snapstart() {
    SandboxIdentity provisioned = function().identity(1, true, "stream");

    assertThat(provisioned.initializationType())
        .isEqualTo(InitializationType.PROVISIONED_CONCURRENCY);
    assertThat(function().launchSpec(RUNTIME, provisioned, API).environment())
        .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", "provisioned-concurrency");
    assertThat(functionWithSnapStart().identity(1, true, "stream").initializationType())
        .isEqualTo(InitializationType.SNAP_START);
  }

  @Test
  void a_function_whose_invocations_share_a_runtime_is_a_managed_instance() {
    ConfiguredFunction function =
        function(builder -> builder.concurrency(ConcurrencySettings.DEFAULT.withMaxConcurrency(8)));

    assertThat(environmentOf(function))
        .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", "lambda-managed-instances")
        .containsEntry("AWS_LAMBDA_MAX_CONCURRENCY", "8");
    assertThat(function.initializationType()).isEqualTo(InitializationType.MANAGED_INSTANCES);
  }

  @Test
  void with_snapstart_the_credentials_are_fetched() {
    ConfiguredFunction function = functionWithSnapStart();

    assertThat(environmentOf(function))
        .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
        .containsEntry(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://" + API + "/2021-04-23/credentials")
        .doesNotContainKey("AWS_ACCESS_KEY_ID");
    assertThat(fetched(function).accessKeyId()).isEqualTo("OWN");
  }

  @Test
  void an_init_of_the_control_api_changes_the_function() {
    ConfiguredFunction function = function();

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
    ConfiguredFunction function = function();
    function.configure(init(Map.of("COLOUR", "red"), new CredentialOverrides("K", "S", "T", null)));
    assertThat(environmentOf(function)).containsEntry("AWS_SESSION_TOKEN", "T");

    function.configure(init(Map.of(), new CredentialOverrides("K2", null, null, null)));

    assertThat(environmentOf(function))
        .containsEntry("COLOUR", "red")
        .containsEntry("AWS_ACCESS_KEY_ID", "K2")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "SECRET")
        .containsEntry("AWS_SESSION_TOKEN", "");
  }

  @Test
  void empty_credentials_do_not_become_the_emulators_own() {
    ConfiguredFunction function = function();

    function.configure(init(Map.of(), new CredentialOverrides("", "", "", null)));

    assertThat(environmentOf(function))
        .containsEntry("AWS_ACCESS_KEY_ID", "")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "");
  }

  @Test
  void a_restore_replaces_the_credentials_that_are_fetched() {
    ConfiguredFunction function = functionWithSnapStart();
    Instant expiry = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(function.replaceCredentials(new CredentialOverrides("K", "S", "T", expiry)))
        .isTrue();

    assertThat(fetched(function)).isEqualTo(new RoleCredentials("K", "S", "T", expiry));
  }

  @Test
  void without_snapstart_there_are_no_credentials_to_replace() {
    assertThat(function().replaceCredentials(new CredentialOverrides("K", "S", "T", null)))
        .isFalse();
  }

  @Test
  void variables_that_cannot_be_set_are_a_fault_and_change_nothing() {
    ConfiguredFunction function = function();

    assertThat(function.faultOf(init(Map.of("A=B", "c"), null))).isNotNull();
    assertThat(function.faultOf(init(Map.of("A", "c"), null))).isNull();
    assertThat(environmentOf(function)).doesNotContainKey("A");
  }

  private static RoleCredentials fetched(ConfiguredFunction function) {
    return requireNonNull(function.credentialStore()).credentials();
  }

  @Test
  void a_change_makes_a_new_description_with_the_next_revision() {
    ConfiguredFunction function = function();
    FunctionDescription first = function.description();

    function.configure(init(Map.of(), null));

    assertThat(first.revision()).isEqualTo(1);
    assertThat(first.identity().name()).isEqualTo("function");
    assertThat(function.description().revision()).isEqualTo(2);
    assertThat(function.description().timeout()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void variables_of_an_init_are_stronger_than_options_for_region_and_memory() {
    ConfiguredFunction function =
        function(builder -> builder.region("eu-west-1").memoryMegabytes(128));

    function.configure(
        init(Map.of("AWS_REGION", "eu-south-2", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"), null));

    assertThat(environmentOf(function))
        .containsEntry("AWS_REGION", "eu-south-2")
        .containsEntry("AWS_DEFAULT_REGION", "eu-south-2")
        .containsEntry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    assertThat(function.description().identity().arn())
        .isEqualTo("arn:aws:lambda:eu-south-2:000000000000:function:orders");
    assertThat(function.description().memoryMegabytes()).isEqualTo(512);
  }

  @Test
  void variables_of_an_init_are_stronger_than_the_inherited_environment() {
    ConfiguredFunction function = function();

    function.configure(
        init(
            Map.of(
                "AWS_EXECUTION_ENV", "AWS_Lambda_test",
                "AWS_LAMBDA_LOG_GROUP_NAME", "/group",
                "AWS_ACCESS_KEY_ID", "THEIRS"),
            null));

    assertThat(environmentOf(function))
        .containsEntry("AWS_EXECUTION_ENV", "AWS_Lambda_test")
        .containsEntry("AWS_LAMBDA_LOG_GROUP_NAME", "/group")
        .containsEntry("AWS_ACCESS_KEY_ID", "THEIRS");
  }

  @Test
  void variables_of_an_init_that_begin_with_a_low_line_do_not_reach_the_function() {
    ConfiguredFunction function = function();

    function.configure(
        init(Map.of("_SECRET", "x", "__A", "y", "_AWS_XRAY_DAEMON_PORT", "2000"), null));

    assertThat(environmentOf(function))
        .containsEntry("_AWS_XRAY_DAEMON_PORT", "2000")
        .doesNotContainKeys("_SECRET", "__A");
  }

  @Test
  void a_variable_of_an_init_makes_the_log_json() {
    ConfiguredFunction function = function();
    assertThat(function.description().logFormat()).isEqualTo(LogFormat.TEXT);

    function.configure(init(Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON"), null));

    assertThat(function.description().logFormat()).isEqualTo(LogFormat.JSON);
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE, much, is not a number of megabytes",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE, 0, is not between 1 and 1048576 megabytes",
    "AWS_REGION, 'a b', 'is not a region, for example us-east-1'",
  })
  void an_init_whose_variables_make_no_sense_is_refused(String name, String value, String fault) {
    ConfiguredFunction function = function();

    assertThat(function.faultOf(init(Map.of(name, value), null))).isEqualTo(name + " " + fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../other", "a/b", "a b", "a\nb", "a\r\nX-Header: 1", "a\u0000b", "\u00fc", "a.b"})
  void an_init_of_a_function_that_cannot_have_this_name_is_refused(String name) {
    ConfiguredFunction function = function();

    assertThat(function.faultOf(named(name, "1", "a.b")))
        .isEqualTo("functionName is not 1 to 64 letters, digits, '-' or '_'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1\u0000", "1\n2", "$OLDEST", "../1"})
  void an_init_of_a_function_that_cannot_have_this_version_is_refused(String version) {
    ConfiguredFunction function = function();

    assertThat(function.faultOf(named("orders", version, "a.b")))
        .isEqualTo("functionVersion is neither $LATEST nor 1 to 128 letters, digits, '-' or '_'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b\u0000", "a\nb"})
  void an_init_with_a_handler_that_no_process_can_be_given_is_refused(String handler) {
    ConfiguredFunction function = function();

    assertThat(function.faultOf(named("orders", "1", handler)))
        .isEqualTo("handler has a control character");
  }

  @ParameterizedTest
  @ValueSource(strings = {"$LATEST", "7", "live"})
  void an_init_may_choose_any_version_that_a_function_can_have(String version) {
    ConfiguredFunction function = function();

    assertThat(function.faultOf(named("orders", version, "path/to file.handler"))).isNull();
  }

  private static InitSettings named(String name, String version, String handler) {
    return new InitSettings(
        handler, name, version, Duration.ofSeconds(3), "", "", Map.of(), null, false);
  }
}
