package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FnBinding;
import dev.rapid.emulator.settings.FnSettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.WorkerContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The front end for load balancers of Fn, and functions with FDKs, in a file and in options. */
class FnSettingsTest {

  private static final String FDK = "functions: {a: {command: x, contract: fn-http-stream}}\n";

  @TempDir Path directory;

  @Test
  void every_member_of_the_front_end_is_read() throws IOException {
    Path certificate = Files.writeString(directory.resolve("cert.pem"), "");
    Path key = Files.writeString(directory.resolve("key.pem"), "");

    ProgramSettings program =
        read(
            """
            fnRunner:
              listen: 0.0.0.0:9191
              waitForCapacity: 1.5s
              detached: false
              statusFunction: demo/status
              limits: {requestBytes: 1000, responseBytes: 0}
              tls: {certificate: cert.pem, key: key.pem, clientAuthorities: cert.pem}
            """
                + FDK);

    assertThat(program.fn())
        .isEqualTo(
            new FnSettings(
                new HostPort("0.0.0.0", 9191),
                new FnSettings.Tls(certificate, key, certificate),
                Duration.ofMillis(1500),
                false,
                "demo/status",
                1000,
                Long.MAX_VALUE));
  }

  @Test
  void a_front_end_without_members_has_the_usual_settings() throws IOException {
    assertThat(read("fnRunner: {}\n" + FDK).fn())
        .isEqualTo(FnSettings.at(new HostPort("127.0.0.1", 9190)));
  }

  @Test
  void a_program_without_the_front_end_has_no_settings_of_it() throws IOException {
    assertThat(read(FDK).fn()).isNull();
  }

  @Test
  void a_function_says_which_calls_are_for_it() throws IOException {
    FunctionSettings function =
        read("functions: {a: {command: x, fn: {fnIds: [i, j], images: a/b, app: c,"
                + " catchAll: true}}}")
            .functions()
            .getFirst();

    assertThat(function.fn())
        .isEqualTo(new FnBinding(List.of("i", "j"), List.of("a/b"), "c", true));
    assertThat(function.contract()).isEqualTo(WorkerContract.LAMBDA_RUNTIME_API);
  }

  @Test
  void a_function_with_calls_of_fn_has_as_many_sandboxes_as_memory_allows() throws IOException {
    assertThat(sandboxes("fn: {catchAll: true}")).isEqualTo(Checks.MAX_COUNT);
    assertThat(sandboxes("fn: {catchAll: true}, concurrency: 3")).isEqualTo(3);
    assertThat(sandboxes("contract: fn-http-stream"))
        .isEqualTo(ConcurrencySettings.DEFAULT_SANDBOXES);
  }

  private int sandboxes(String options) throws IOException {
    return read("functions: {a: {command: x, " + options + "}}")
        .functions()
        .getFirst()
        .concurrency()
        .sandboxes();
  }

  @Test
  void the_limits_of_workers_are_those_of_the_front_end() throws IOException {
    FunctionSettings function =
        read("fnRunner: {initTimeout: 7s, pauseAfterIdle: 50ms, limits: {headBytes: 2000}}\n" + FDK)
            .functions()
            .getFirst();

    assertThat(function.contract()).isEqualTo(WorkerContract.FN_HTTP_STREAM);
    assertThat(function.initTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(function.concurrency().freezeAfter()).isEqualTo(Duration.ofMillis(50));
    assertThat(function.responseHeadBytes()).isEqualTo(2000);
  }

  @Test
  void workers_without_the_front_end_have_the_usual_limits() throws IOException {
    FunctionSettings function = read(FDK).functions().getFirst();

    assertThat(function.initTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(function.concurrency().freezes()).isFalse();
    assertThat(function.responseHeadBytes())
        .isEqualTo(FunctionSettings.DEFAULT_RESPONSE_HEAD_BYTES);
  }

  @Test
  void a_function_with_a_runtime_of_lambda_keeps_its_own_limits() throws IOException {
    FunctionSettings function =
        read("fnRunner: {initTimeout: 7s, pauseAfterIdle: 50ms}\nfunctions: {a: {command: x}}")
            .functions()
            .getFirst();

    assertThat(function.initTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(function.concurrency().freezes()).isFalse();
  }

  @Test
  void an_option_of_the_function_counts_more_than_the_front_end() throws IOException {
    FunctionSettings function =
        read("fnRunner: {initTimeout: 7s, pauseAfterIdle: 50ms}\nfunctions: {a: {command: x,"
                + " contract: fn-http-stream, init-timeout: 1, freeze: true}}")
            .functions()
            .getFirst();

    assertThat(function.initTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(function.concurrency().freezeAfter()).isEqualTo(Duration.ZERO);
  }

  @Test
  void the_command_of_the_command_line_may_be_a_function_with_an_fdk() {
    FunctionSettings function = ofCommandLine(List.of("node", "func.js")).functions().getFirst();

    assertThat(function.contract()).isEqualTo(WorkerContract.FN_HTTP_STREAM);
    assertThat(function.initTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void a_function_with_an_fdk_needs_a_command() {
    assertThatThrownBy(() -> ofCommandLine(List.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage("Invalid value for --worker: 'fn-fdk' needs a command that Rapid starts");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fnRunner: {lisen: x} | r.yaml:1:12: there is no member 'lisen' of 'fnRunner'"
            + " | Did you mean 'listen'?",
        "fnRunner: {listen: x} | r.yaml:1:20: 'listen': 'x' has no port; write HOST:PORT |",
        "fnRunner: {waitForCapacity: soon}"
            + " | r.yaml:1:29: 'waitForCapacity': 'soon' is not a duration like 5s or 50ms |",
        "fnRunner: {pauseAfterIdle: never} | r.yaml:1:28: 'pauseAfterIdle': 'never' is neither a"
            + " duration like 5s or 50ms nor off |",
        "fnRunner: {limits: {requestBytes: many}}"
            + " | r.yaml:1:35: 'requestBytes': 'many' is not a number of bytes |",
        "fnRunner: {tls: {certificate: c.pem, key: k.pem}}"
            + " | r.yaml:1:31: 'certificate': 'c.pem' is not a file that can be read |",
        "fnRunner: {tls: {}} | r.yaml:1:17: 'tls' needs the files 'certificate' and 'key' |",
        "functions: {a: {command: x, fn: {id: i}}}"
            + " | r.yaml:1:34: there is no member 'id' of 'fn' |"
            + " There are fnIds, images, app, catchAll.",
        "functions: {a: {command: x, fn: {fnIds: [i]}}, b: {command: x, fn: {fnIds: i}}}"
            + " | r.yaml:1:76: 'fnIds': 'i' is also of function 'a', and a call is for one function"
            + " |",
      })
  void a_mistake_is_named_with_its_place(String line, String message, String suggestion) {
    String functions = line.startsWith("functions") ? "" : FDK;
    assertThatThrownBy(() -> read(line + "\n" + functions))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text()).isEqualTo(message);
              assertThat(e.suggestion()).isEqualTo(suggestion);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "snapstart: true | does not go together with SnapStart",
        "max-concurrency: 2 | does not go together with an FDK, whose worker runs one invocation",
        "runtime: python3.13 | needs a command that Rapid starts",
      })
  void what_an_fdk_cannot_do_is_refused(String option, String message) {
    String command = option.startsWith("runtime") ? "" : "command: x, ";
    assertThatThrownBy(
            () -> read("functions: {a: {" + command + "contract: fn-http-stream, " + option + "}}"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  private ProgramSettings ofCommandLine(List<String> command) {
    return settings(Map.of(WorkerOptions.WORKER, List.of("fn-fdk")), command);
  }

  private ProgramSettings read(String yaml) throws IOException {
    Files.writeString(directory.resolve("r.yaml"), yaml);
    return settings(Map.of(Options.CONFIG, List.of("r.yaml")), List.of());
  }

  private ProgramSettings settings(Map<Option<?>, List<String>> options, List<String> command) {
    return new Settings(
            new Arguments(options, command, false),
            new ProcessContext(Map.of(), directory, new ByteArrayInputStream(new byte[0])),
            new LazyRuntimes(Map.of()))
        .programToServe(message -> {});
  }
}
