package dev.rapid.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.KapacitorSettings.LateData;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfOption;
import dev.rapid.kapacitor.UdfOption.Argument;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.ValueType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Agents of Kapacitor and exposed functions, in a file and in options. */
class KapacitorSettingsTest {

  private static final List<String> COMMAND = List.of("python3", "agent.py");

  @TempDir Path directory;

  @Test
  void every_member_of_an_agent_is_read() throws IOException {
    KapacitorSettings agent =
        agentOf(
            read(
                """
                functions:
                  average:
                    contract: kapacitor-udf
                    kapacitor:
                      socket: run/agent.sock
                      options: {field: value, size: 10, scale: 1.5, window: 1m, fast: true, on: }
                      taskID: task
                      nodeID: avg2
                      timeout: 1s
                      initTimeout: 2s
                      completion: count
                      barrierRounds: 4
                      settle: 5ms
                      lateData: drop
                      edgeTypeCheck: warn
                      snapshotInterval: 60s
                      restoreAfterFailure: true
                      separateInfoProbe: true
                      maxFrameBytes: 1048576
                      stopGrace: 3s
                      termGrace: 700ms
                      udfSchema: seed
                """));

    assertThat(agent)
        .isEqualTo(
            new KapacitorSettings(
                directory.resolve("run/agent.sock"),
                List.of(
                    option("field", new Argument.Text("value")),
                    option("size", new Argument.Number(new BigDecimal("10"), true)),
                    option("scale", new Argument.Number(new BigDecimal("1.5"), false)),
                    option("window", new Argument.Text("1m")),
                    option("fast", new Argument.Flag(true)),
                    option("on")),
                "task",
                "avg2",
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Completion.COUNT,
                4,
                Duration.ofMillis(5),
                LateData.DROP,
                false,
                Duration.ofSeconds(60),
                true,
                true,
                1_048_576,
                Duration.ofSeconds(3),
                Duration.ofMillis(700),
                UdfSchema.SEED));
  }

  @Test
  void an_agent_without_members_has_the_usual_settings() throws IOException {
    FunctionSettings function =
        read("functions: {a: {contract: kapacitor-udf, command: python3 agent.py}}");

    assertThat(agentOf(function)).isEqualTo(KapacitorSettings.DEFAULT);
    assertThat(function.contract()).isEqualTo(WorkerContract.KAPACITOR_UDF);
    assertThat(function.command()).isEqualTo(COMMAND);
  }

  @Test
  void an_option_may_have_several_values_and_a_list_of_options_the_same_name_twice()
      throws IOException {
    assertThat(
            agentOf(
                    read(
                        "functions: {a: {contract: kapacitor-udf, command: x, kapacitor: {options:"
                            + " [{field: a}, {range: [1, 2], field: [b]}]}}}"))
                .options())
        .containsExactly(
            option("field", new Argument.Text("a")),
            option(
                "range",
                new Argument.Number(BigDecimal.ONE, true),
                new Argument.Number(new BigDecimal("2"), true)),
            option("field", new Argument.Text("b")));
  }

  @Test
  void a_command_line_has_the_command_and_the_options_of_an_agent() {
    FunctionSettings function =
        ofCommandLine(
                Map.of(KapacitorOptions.UDF_OPTION, List.of("field=value", "range=1,2", "field=b")),
                COMMAND)
            .functions()
            .getFirst();

    assertThat(function.command()).isEqualTo(COMMAND);
    assertThat(agentOf(function).options())
        .containsExactly(
            option("field", new Argument.Word("value")),
            option("range", new Argument.Word("1"), new Argument.Word("2")),
            option("field", new Argument.Word("b")));
  }

  @ParameterizedTest
  @CsvFileSource(resources = "udf-options.csv", delimiter = ';', numLinesToSkip = 1)
  void commas_separate_the_values_of_an_option(String word, String arguments) {
    List<Argument> expected =
        arguments == null
            ? List.of()
            : List.of(arguments.split("/", -1)).stream().<Argument>map(Argument.Word::new).toList();

    assertThat(
            agentOf(
                    ofCommandLine(Map.of(KapacitorOptions.UDF_OPTION, List.of(word)), COMMAND)
                        .functions()
                        .getFirst())
                .options())
        .containsExactly(new UdfOption("a", expected));
  }

  @Test
  void an_agent_at_a_socket_is_no_runtime_that_the_user_starts() {
    FunctionSettings function =
        ofCommandLine(Map.of(KapacitorOptions.UDF_SOCKET, List.of("agent.sock")), List.of())
            .functions()
            .getFirst();

    assertThat(agentOf(function).socket()).isEqualTo(directory.resolve("agent.sock"));
    assertThat(function.isAttached()).isFalse();
    assertThat(function.sources()).isEmpty();
  }

  @Test
  void the_command_line_counts_more_than_the_file() throws IOException {
    Files.writeString(
        directory.resolve("r.yaml"),
        "contract: kapacitor-udf\nkapacitor: {options: {size: 1}, settle: 5ms}\n");

    KapacitorSettings agent =
        agentOf(
            settings(
                    Map.of(
                        Options.CONFIG, List.of("r.yaml"),
                        KapacitorOptions.UDF_OPTION, List.of("size=2")),
                    COMMAND)
                .functions()
                .getFirst());

    assertThat(agent.options()).containsExactly(option("size", new Argument.Word("2")));
    assertThat(agent.settle()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void an_agent_needs_either_a_command_or_a_socket() {
    assertThatThrownBy(() -> ofCommandLine(Map.of(), List.of()))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text()).contains("neither a command nor a socket");
              assertThat(e.suggestion()).contains("--udf-socket");
            });
    assertThatThrownBy(
            () -> ofCommandLine(Map.of(KapacitorOptions.UDF_SOCKET, List.of("a.sock")), COMMAND))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> assertThat(e.text()).contains("both a command and a socket"));
  }

  @Test
  void an_agent_runs_one_invocation_at_a_time() {
    assertThatThrownBy(() -> ofCommandLine(Map.of(Options.MAX_CONCURRENCY, List.of("2")), COMMAND))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("agent of Kapacitor");
  }

  @Test
  void the_init_of_an_agent_may_take_as_long_as_its_settings_say() throws IOException {
    assertThat(
            read("functions: {a: {contract: kapacitor-udf, command: x, snapstart: true,"
                    + " kapacitor: {initTimeout: 7s}}}")
                .initTimeout())
        .isGreaterThanOrEqualTo(Duration.ofSeconds(7));
  }

  // ------------------------------------------------------------------ functions

  @Test
  void every_member_of_an_exposed_function_is_read() throws IOException {
    FunctionSettings function =
        read(
            """
            functions:
              scale:
                command: python3 app.py
                udf:
                  socket: run/scale.sock
                  socketMode: 0600
                  wants: batch
                  provides: stream
                  options: {factor: double, range: [int, int], loud: }
                  streamMaxPoints: 7
                  streamMaxWait: 20ms
                  onFunctionError: drop
                  retries: 2
                  snapshotMode: sandbox
                  keepaliveOrder: ordered
                  maxQueuedPoints: 99
                  maxFrameBytes: 2048
                  udfSchema: seed
            """);

    assertThat(function.udf())
        .isEqualTo(
            new UdfExposure(
                directory.resolve("run/scale.sock"),
                0600,
                EdgeType.BATCH,
                EdgeType.STREAM,
                Map.of(
                    "factor", List.of(ValueType.DOUBLE),
                    "range", List.of(ValueType.INT, ValueType.INT),
                    "loud", List.of()),
                7,
                Duration.ofMillis(20),
                true,
                2,
                true,
                true,
                99,
                2048,
                UdfSchema.SEED));
  }

  @Test
  void a_function_of_a_file_needs_a_socket_to_be_exposed() {
    assertThatThrownBy(() -> read("functions: {a: {command: x, udf: {wants: batch}}}"))
        .isInstanceOfSatisfying(
            UsageException.class,
            e -> {
              assertThat(e.text()).contains("'udf' needs a member 'socket'");
              assertThat(e.suggestion()).contains("rapid udf");
            });
  }

  @Test
  void an_exposed_function_has_as_many_uses_as_hosts_want_unless_it_has_a_limit()
      throws IOException {
    FunctionSettings unlimited = read("functions: {a: {command: x, udf: {socket: a.sock}}}");
    FunctionSettings limited =
        read("functions: {a: {command: x, udf: {socket: a.sock}, concurrency: 3}}");

    assertThat(unlimited.concurrency().sandboxes()).isEqualTo(Checks.MAX_COUNT);
    assertThat(limited.concurrency().sandboxes()).isEqualTo(3);
  }

  @Test
  void rapid_udf_takes_edges_and_options_from_the_command_line() {
    UdfExposure exposure =
        exposed(
            Map.of(
                KapacitorOptions.UDF_WANTS, List.of("batch"),
                KapacitorOptions.UDF_PROVIDES, List.of("stream"),
                KapacitorOptions.UDF_ACCEPTS, List.of("factor=double", "range=int,int")),
            COMMAND);

    assertThat(exposure.wants()).isEqualTo(EdgeType.BATCH);
    assertThat(exposure.provides()).isEqualTo(EdgeType.STREAM);
    assertThat(exposure.options())
        .isEqualTo(
            Map.of(
                "factor", List.of(ValueType.DOUBLE),
                "range", List.of(ValueType.INT, ValueType.INT)));
    assertThat(exposure.socket()).isNull();
  }

  @Test
  void rapid_udf_takes_the_rest_from_the_function_of_a_file() throws IOException {
    Files.writeString(
        directory.resolve("r.yaml"),
        "functions: {a: {command: x, udf: {socket: a.sock, retries: 3, options: {size: int}}}}");

    UdfExposure exposure = exposed(Map.of(Options.CONFIG, List.of("r.yaml")), List.of());

    assertThat(exposure.socket()).isNull();
    assertThat(exposure.retries()).isEqualTo(3);
    assertThat(exposure.options()).isEqualTo(Map.of("size", List.of(ValueType.INT)));
  }

  @Test
  void a_command_line_without_the_options_has_the_usual_exposure() {
    assertThat(exposed(Map.of(), COMMAND)).isEqualTo(UdfExposure.DEFAULT);
  }

  // ------------------------------------------------------------------ mistakes

  @ParameterizedTest
  @CsvFileSource(resources = "kapacitor-faults.csv", delimiter = '|', numLinesToSkip = 1)
  void a_wrong_member_is_refused_with_its_place(String members, String message) {
    assertThatThrownBy(() -> read("functions: {a: {command: x, " + members + "}}"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("r.yaml:1:")
        .hasMessageContaining(message);
  }

  private static UdfOption option(String name, Argument... arguments) {
    return new UdfOption(name, List.of(arguments));
  }

  private static KapacitorSettings agentOf(FunctionSettings function) {
    return Objects.requireNonNull(function.kapacitor());
  }

  private FunctionSettings read(String yaml) throws IOException {
    Files.writeString(directory.resolve("r.yaml"), yaml);
    return settings(Map.of(Options.CONFIG, List.of("r.yaml")), List.of()).functions().getFirst();
  }

  private ProgramSettings ofCommandLine(
      Map<Option<?>, List<String>> options, List<String> command) {
    Map<Option<?>, List<String>> all = new HashMap<>(options);
    all.put(WorkerOptions.WORKER, List.of("kapacitor-udf"));
    return settings(all, command);
  }

  private UdfExposure exposed(Map<Option<?>, List<String>> options, List<String> command) {
    return Objects.requireNonNull(
        all(options, command).programToExpose(message -> {}).functions().getFirst().udf());
  }

  private ProgramSettings settings(Map<Option<?>, List<String>> options, List<String> command) {
    return all(options, command).programToServe(message -> {});
  }

  private Settings all(Map<Option<?>, List<String>> options, List<String> command) {
    return new Settings(
        new Arguments(options, command, false),
        new ProcessContext(Map.of(), directory, new ByteArrayInputStream(new byte[0])),
        new LazyRuntimes(Map.of()));
  }
}
