package dev.rapid.bootstrap.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionEnvironmentTest {

  private static final String API = "127.0.0.1:9001";
  private static final String STREAM = "2026/01/09/[$LATEST]0a1b";
  private static final FunctionEnvironment.OfSandbox SANDBOX =
      new FunctionEnvironment.OfSandbox(API, STREAM, "on-demand");

  @Test
  void with_nothing_given_all_variables_of_the_cloud_are_there_but_no_credentials() {
    Map<String, String> environment = builder().build().forRuntime(SANDBOX);

    assertThat(environment)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("AWS_DEFAULT_REGION", "us-east-1"),
                Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "3008"),
                Map.entry("AWS_LAMBDA_FUNCTION_NAME", "orders"),
                Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/orders"),
                Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", STREAM),
                Map.entry("AWS_LAMBDA_RUNTIME_API", API),
                Map.entry("AWS_REGION", "us-east-1"),
                Map.entry("LAMBDA_RUNTIME_DIR", "/var/runtime"),
                Map.entry("LANG", "en_US.UTF-8"),
                Map.entry("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"),
                Map.entry("TZ", ":UTC")));
  }

  @Test
  void the_settings_of_the_function_are_told() {
    Map<String, String> environment =
        builder()
            .functionVersion("7")
            .memoryMegabytes(512)
            .handler("app.handler")
            .region("eu-west-1")
            .logGroup("/my/group")
            .logStream("my-stream")
            .taskRoot(Path.of("/home/developer/app"))
            .build()
            .forRuntime(SANDBOX);

    assertThat(environment)
        .containsEntry("AWS_LAMBDA_FUNCTION_VERSION", "7")
        .containsEntry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
        .containsEntry("_HANDLER", "app.handler")
        .containsEntry("AWS_REGION", "eu-west-1")
        .containsEntry("AWS_DEFAULT_REGION", "eu-west-1")
        .containsEntry("AWS_LAMBDA_LOG_GROUP_NAME", "/my/group")
        .containsEntry("AWS_LAMBDA_LOG_STREAM_NAME", "my-stream")
        .containsEntry("LAMBDA_TASK_ROOT", "/home/developer/app");
  }

  @Test
  void a_runtime_that_invocations_share_knows_how_many() {
    FunctionEnvironment shared = builder().maxConcurrency(8).build();

    assertThat(shared.forRuntime(SANDBOX)).containsEntry("AWS_LAMBDA_MAX_CONCURRENCY", "8");
    assertThat(shared.forExternalExtension(SANDBOX))
        .doesNotContainKey("AWS_LAMBDA_MAX_CONCURRENCY");
    assertThat(builder().maxConcurrency(1).build().forRuntime(SANDBOX))
        .doesNotContainKey("AWS_LAMBDA_MAX_CONCURRENCY");
  }

  /** Empty cells: no such variable. */
  @ParameterizedTest(name = "{0}: inherited {1}, customer {2} gives {3}")
  @CsvSource({
    // Reserved: the customer can supply, but not replace.
    "AWS_EXECUTION_ENV,          theirs, ours, theirs",
    "AWS_EXECUTION_ENV,                , ours, ours",
    "AWS_EXECUTION_ENV,                ,     , ",
    "AWS_EXECUTION_ENV,              '', ours, ours",
    "_HANDLER,                   theirs, ours, theirs",
    "_HANDLER,                         , ours, ours",
    "_HANDLER,                         ,     , ",
    "AWS_LAMBDA_LOG_GROUP_NAME,  theirs, ours, theirs",
    "AWS_LAMBDA_LOG_GROUP_NAME,        , ours, ours",
    "AWS_LAMBDA_LOG_STREAM_NAME, theirs, ours, theirs",
    "AWS_LAMBDA_LOG_STREAM_NAME,       , ours, ours",
    "LAMBDA_TASK_ROOT,           theirs, ours, theirs",
    "LAMBDA_TASK_ROOT,                 , ours, ours",
    "LAMBDA_RUNTIME_DIR,         theirs, ours, theirs",
    "LAMBDA_RUNTIME_DIR,               , ours, ours",
    "AWS_REGION,                 theirs, ours, theirs",
    "AWS_REGION,                       , ours, ours",
    "AWS_DEFAULT_REGION,         theirs, ours, theirs",
    "AWS_DEFAULT_REGION,               , ours, ours",
    // Only the settings count.
    "AWS_LAMBDA_FUNCTION_NAME,   theirs, ours, orders",
    "AWS_LAMBDA_FUNCTION_VERSION,theirs, ours, $LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE, 1, 2, 3008",
    "AWS_LAMBDA_INITIALIZATION_TYPE, theirs, ours, on-demand",
    "AWS_LAMBDA_RUNTIME_API,     theirs, ours, 127.0.0.1:9001",
    // Not reserved: the customer's word is the last.
    "LANG,                       theirs, ours, ours",
    "LANG,                       theirs,     , theirs",
    "LANG,                           '',     , en_US.UTF-8",
    "TZ,                         theirs, ours, ours",
    "PATH,                       theirs, ours, ours",
    "PATH,                       theirs,     , theirs",
    "AWS_XRAY_DAEMON_ADDRESS,    theirs, ours, ours",
    "AWS_XRAY_DAEMON_ADDRESS,    theirs,     , theirs",
    "HOME,                       theirs,     , theirs",
    "AWS_ENDPOINT_URL,           theirs, ours, ours",
    "EMPTY,                            ,   '', ''",
    "EQUATION,                         , a=b=, a=b=",
    // Never for a function.
    "_LAMBDA_SB_ID,              theirs, ours, ",
    "_LAMBDA_LOG_FD,             theirs, ours, ",
    "_LAMBDA_SHARED_MEM_FD,      theirs, ours, ",
    "_LAMBDA_CONTROL_SOCKET,     theirs, ours, ",
    "_LAMBDA_DIRECT_INVOKE_SOCKET, theirs, ours, ",
    "_LAMBDA_RUNTIME_LOAD_TIME,  theirs, ours, ",
    "_LAMBDA_CONSOLE_SOCKET,     theirs, ours, ",
    "_X_AMZN_TRACE_ID,           theirs, ours, ",
    "_LAMBDA_TELEMETRY_API_PASSPHRASE, theirs, ours, ",
    "_LAMBDA_TELEMETRY_LOG_FD,   theirs, ours, ",
    "RAPID_SANDBOX_ID,           theirs,     , ",
    "RAPID_PORT,                 theirs,     , ",
  })
  void a_variable_comes_from_the_source_that_may_set_it(
      String name,
      @Nullable String inherited,
      @Nullable String customer,
      @Nullable String expected) {
    Map<String, String> environment =
        builder()
            .inherited(variable(name, inherited))
            .customer(variable(name, customer))
            .build()
            .forRuntime(SANDBOX);

    assertThat(environment.get(name)).isEqualTo(expected);
  }

  @Test
  void both_variables_for_the_region_say_the_same() {
    Map<String, String> environment =
        builder()
            .inherited(Map.of("AWS_DEFAULT_REGION", "eu-west-1"))
            .customer(Map.of("AWS_REGION", "ap-south-1"))
            .build()
            .forRuntime(SANDBOX);

    assertThat(environment)
        .containsEntry("AWS_REGION", "eu-west-1")
        .containsEntry("AWS_DEFAULT_REGION", "eu-west-1");
  }

  @Test
  void credentials_of_the_customer_replace_all_inherited_ones() {
    Map<String, String> runtime =
        FunctionEnvironment.builder("orders")
            .inherited(Map.of("AWS_ACCESS_KEY_ID", "inherited", "AWS_SESSION_TOKEN", "inherited"))
            .customer(Map.of("AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "secret"))
            .build()
            .forRuntime(SANDBOX);

    assertThat(runtime)
        .containsEntry("AWS_ACCESS_KEY_ID", "key")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "secret")
        .doesNotContainKey("AWS_SESSION_TOKEN");
  }

  @Test
  void the_customer_can_supply_credentials_that_are_not_inherited() {
    Map<String, String> environment =
        builder()
            .inherited(Map.of("AWS_ACCESS_KEY_ID", "", "AWS_SECRET_ACCESS_KEY", ""))
            .customer(Map.of("AWS_ACCESS_KEY_ID", "test", "AWS_SECRET_ACCESS_KEY", "test"))
            .build()
            .forRuntime(SANDBOX);

    assertThat(environment)
        .containsEntry("AWS_ACCESS_KEY_ID", "test")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "test")
        .doesNotContainKey("AWS_SESSION_TOKEN");
  }

  @Test
  void empty_credentials_are_not_passed_on() {
    Map<String, String> inherited = Map.of("AWS_ACCESS_KEY_ID", "", "AWS_SESSION_TOKEN", "");

    assertThat(builder().inherited(inherited).build().forRuntime(SANDBOX))
        .doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN");
  }

  @Test
  void the_handler_of_the_command_line_beats_the_inherited_one() {
    Map<String, String> environment =
        builder()
            .inherited(Map.of("_HANDLER", "inherited"))
            .handler("given")
            .build()
            .forRuntime(SANDBOX);

    assertThat(environment).containsEntry("_HANDLER", "given");
  }

  @Test
  void an_extension_does_not_see_what_only_runtimes_need() {
    FunctionEnvironment environment =
        builder()
            .inherited(
                Map.of(
                    "AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR",
                    "AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000",
                    "_AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1",
                    "_AWS_XRAY_DAEMON_PORT", "2000",
                    "AWS_EXECUTION_ENV", "AWS_Lambda_java21",
                    "AWS_ACCESS_KEY_ID", "key",
                    "HOME", "/home/developer"))
            .handler("app.handler")
            .taskRoot(Path.of("/var/task"))
            .customer(Map.of("_PRIVATE", "1", "_LAMBDA_TELEMETRY_LOG_FD", "3", "STAGE", "dev"))
            .build();

    assertThat(environment.forRuntime(SANDBOX))
        .containsKeys("_HANDLER", "_PRIVATE", "LAMBDA_TASK_ROOT");
    assertThat(environment.forExternalExtension(SANDBOX).keySet())
        .containsExactly(
            "AWS_ACCESS_KEY_ID",
            "AWS_DEFAULT_REGION",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_RUNTIME_API",
            "AWS_REGION",
            "HOME",
            "LANG",
            "PATH",
            "STAGE",
            "TZ");
  }

  @Test
  void container_credentials_are_fetched_from_the_runtime_api_instead_of_given() {
    FunctionEnvironment environment =
        builder()
            .inherited(
                Map.of(
                    "AWS_ACCESS_KEY_ID", "key",
                    "AWS_SECRET_ACCESS_KEY", "secret",
                    "AWS_SESSION_TOKEN", "session",
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials",
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/var/run/token"))
            .containerCredentials("0a1b")
            .build();

    assertThat(List.of(environment.forRuntime(SANDBOX), environment.forExternalExtension(SANDBOX)))
        .allSatisfy(variables ->
            assertThat(variables)
                .containsEntry(
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    "http://127.0.0.1:9001/2021-04-23/credentials")
                .containsEntry("AWS_CONTAINER_AUTHORIZATION_TOKEN", "0a1b")
                .doesNotContainKeys(
                    "AWS_ACCESS_KEY_ID",
                    "AWS_SECRET_ACCESS_KEY",
                    "AWS_SESSION_TOKEN",
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"));
    assertThat(environment.credentials())
        .isEqualTo(new FunctionEnvironment.EnvironmentCredentials("key", "secret", "session"));
  }

  @Test
  void container_credentials_of_the_customer_replace_all_inherited_ones() {
    FunctionEnvironment environment =
        builder()
            .inherited(Map.of("AWS_ACCESS_KEY_ID", "inherited", "AWS_SESSION_TOKEN", "inherited"))
            .customer(Map.of("AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "secret"))
            .containerCredentials("0a1b")
            .build();

    assertThat(environment.forRuntime(SANDBOX))
        .doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");
    assertThat(environment.credentials())
        .isEqualTo(new FunctionEnvironment.EnvironmentCredentials("key", "secret", ""));
  }

  @Test
  void the_runtime_alone_is_told_of_the_metadata_endpoint() {
    FunctionEnvironment environment = builder().metadata("0a1b").build();

    assertThat(environment.forRuntime(SANDBOX))
        .containsEntry("AWS_LAMBDA_METADATA_API", API)
        .containsEntry("AWS_LAMBDA_METADATA_TOKEN", "0a1b");
    assertThat(environment.forExternalExtension(SANDBOX))
        .doesNotContainKeys("AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN");
  }

  @Test
  void the_metadata_endpoint_of_another_environment_is_not_passed_on() {
    Map<String, String> inherited =
        Map.of("AWS_LAMBDA_METADATA_API", "other:1", "AWS_LAMBDA_METADATA_TOKEN", "other");

    assertThat(builder().inherited(inherited).build().forRuntime(SANDBOX))
        .doesNotContainKeys("AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN");
  }

  @Test
  void without_container_credentials_those_of_the_machine_are_left_alone() {
    Map<String, String> inherited =
        Map.of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials");

    assertThat(builder().inherited(inherited).build().forRuntime(SANDBOX))
        .containsAllEntriesOf(inherited)
        .doesNotContainKeys(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  }

  @Test
  void the_text_of_credentials_does_not_reveal_secrets() {
    assertThat(new FunctionEnvironment.EnvironmentCredentials("key", "secret", "session"))
        .hasToString("credentials of 'key'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A=B", "=", "A\0B"})
  void an_impossible_name_is_refused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().customer(Map.of(name, "secret")))
        .withMessageContaining("environment variable")
        // Values may be secrets and messages end up in logs.
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret").doesNotContain("\0"));
  }

  @Test
  void an_impossible_value_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().customer(Map.of("NAME", "a\0b")))
        .withMessageContaining("'NAME'");
  }

  @Test
  void a_log_stream_is_named_by_day_version_and_sandbox() {
    assertThat(FunctionEnvironment.logStreamName(LocalDate.of(2026, 1, 9), "12", "0a1b"))
        .isEqualTo("2026/01/09/[12]0a1b");
  }

  @Test
  void each_sandbox_has_a_log_stream_of_the_cloud_s_form() {
    String stream = FunctionEnvironment.newLogStream("$LATEST");

    assertThat(stream).matches("\\d{4}/\\d\\d/\\d\\d/\\[\\$LATEST][0-9a-f]{32}");
    assertThat(FunctionEnvironment.newLogStream("$LATEST")).isNotEqualTo(stream);
  }

  @Test
  void a_log_stream_that_was_set_is_that_of_all_sandboxes() {
    FunctionEnvironment environment = builder().logStream("mine").build();

    assertThat(environment.logStream()).isEqualTo("mine");
    assertThat(environment.forRuntime(SANDBOX)).containsEntry("AWS_LAMBDA_LOG_STREAM_NAME", "mine");
    assertThat(builder().build().logStream()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"provisioned-concurrency", "snap-start"})
  void processes_know_how_their_sandbox_is_initialised(String type) {
    FunctionEnvironment.OfSandbox sandbox = new FunctionEnvironment.OfSandbox(API, STREAM, type);

    assertThat(builder().build().forRuntime(sandbox))
        .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", type);
    assertThat(builder().build().forExternalExtension(sandbox))
        .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", type);
  }

  private static FunctionEnvironment.Builder builder() {
    return FunctionEnvironment.builder("orders");
  }

  private static Map<String, String> variable(String name, @Nullable String value) {
    Map<String, String> variables = new HashMap<>();
    if (value != null) {
      variables.put(name, value);
    }
    return variables;
  }

  @Test
  void given_credentials_replace_all_others_and_empty_ones_are_set_too() {
    Map<String, String> environment =
        FunctionEnvironment.builder("f")
            .inherited(Map.of("AWS_ACCESS_KEY_ID", "own", "AWS_SESSION_TOKEN", "own"))
            .customer(Map.of("AWS_ACCESS_KEY_ID", "customer's"))
            .credentials(new FunctionEnvironment.EnvironmentCredentials("given", "", ""))
            .build()
            .forRuntime(SANDBOX);

    assertThat(environment)
        .containsEntry("AWS_ACCESS_KEY_ID", "given")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "")
        .containsEntry("AWS_SESSION_TOKEN", "");
  }
}
