package dev.rapid.bootstrap;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.bootstrap.command.MarkCommand;
import dev.rapid.bootstrap.command.SessionCommand;
import dev.rapid.bootstrap.family.ForkingChain;
import dev.rapid.bootstrap.family.ProcFs;
import dev.rapid.bootstrap.launch.ExtensionsDirectory;
import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.bootstrap.launch.FunctionEnvironment;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.bootstrap.output.ProcessStreamPipe;
import dev.rapid.bootstrap.output.RecordedOutput;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.process.StartFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LocalProcessesTest {

  private static final String PATH = System.getenv("PATH");
  private static final ProcessName RUNTIME = ProcessName.runtime(1);
  private static final ProcessName EXTENSION = ProcessName.extension(1, "logger.sh");

  /** The time in {@link #frame}. */
  private static final long MICROS = 0x0001020304050660L;

  @TempDir private Path directory;

  private final RecordedLife life = new RecordedLife();
  private final RecordedOutput output = new RecordedOutput();
  private final List<LocalProcesses> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(LocalProcesses::close);
  }

  @Test
  void stdout_and_stderr_keep_the_order_in_which_they_were_written() {
    LocalProcesses processes =
        processes("i=0; while [ $i -lt 1000 ]; do echo $i; echo $i >&2; i=$((i+1)); done");

    processes.start(RUNTIME, life);
    life.awaitExit(RUNTIME);

    assertThat(output.text())
        .isEqualTo(
            IntStream.range(0, 1000)
                .mapToObj(i -> i + "\n" + i + "\n")
                .collect(Collectors.joining()));
  }

  @Test
  void the_output_was_read_to_the_end_when_the_exit_is_told() {
    LocalProcesses processes = processes("head -c 5000000 /dev/zero");

    processes.start(RUNTIME, life);
    life.awaitExit(RUNTIME);

    assertThat(output.size()).isEqualTo(5_000_000);
    assertThat(output.hasEnded()).isTrue();
    assertThat(processes.markOutput(1, true)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 106, 127, 128, 129, 255})
  void an_exit_status_is_told(int status) {
    processes("exit " + status).start(RUNTIME, life);

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(status));
    assertThat(life.events()).containsExactly("started runtime-1", "exited runtime-1");
  }

  @ParameterizedTest
  @CsvSource({
    "KILL, killed",
    "SEGV, segmentation fault",
    "ABRT, aborted",
    "TERM, terminated",
    "INT, interrupt",
    "FPE, floating point exception",
    "ILL, illegal instruction",
  })
  void a_deadly_signal_is_told(String signal, String words) {
    processes("ulimit -c 0; kill -s " + signal + " $$").start(RUNTIME, life);

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Signaled(words));
  }

  @Test
  void the_program_gets_exactly_its_environment_its_directory_and_an_empty_input()
      throws Exception {
    LaunchSpec spec =
        new LaunchSpec(
            List.of("sh", "-c", "pwd -P; echo \"$GREETING\"; cat; env"),
            directory,
            Map.of("PATH", PATH, "GREETING", "hello a=b"),
            FramedLog.OFF);

    processes(spec).start(RUNTIME, life);
    life.awaitExit(RUNTIME);

    assertThat(output.text())
        .startsWith(directory.toRealPath() + "\nhello a=b\n")
        .doesNotContain("RAPID")
        .doesNotContain("\nHOME=");
  }

  @Test
  void a_worker_can_speak_over_its_stdin_and_stdout_while_its_stderr_is_its_log() throws Exception {
    CompletableFuture<OutputStream> toWorker = new CompletableFuture<>();
    CompletableFuture<InputStream> fromWorker = new CompletableFuture<>();
    LaunchSpec spec =
        new LaunchSpec(
            List.of("sh", "-c", "echo log >&2; read line; echo answer to $line; cat"),
            directory,
            Map.of("PATH", PATH),
            FramedLog.AUTO,
            (process, input, output) -> {
              toWorker.complete(input);
              fromWorker.complete(output);
            });

    processes(spec).start(RUNTIME, life);
    OutputStream stdin = toWorker.get(20, TimeUnit.SECONDS);
    stdin.write("question\nrest".getBytes(StandardCharsets.US_ASCII));
    stdin.close();
    byte[] answer = fromWorker.get(20, TimeUnit.SECONDS).readAllBytes();

    assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("answer to question\nrest");
    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(0));
    assertThat(output.text()).isEqualTo("log\n");
  }

  @Test
  void a_worker_protocol_that_throws_is_a_failed_start_and_leaves_no_process() {
    LaunchSpec spec =
        new LaunchSpec(
            List.of("sleep", "1234"),
            directory,
            Map.of("PATH", PATH),
            FramedLog.OFF,
            (process, input, output) -> {
              throw new IllegalStateException("a bug of the protocol");
            });

    processes(spec).start(RUNTIME, life);
    StartFailure failure = life.awaitFailure(RUNTIME);

    assertThat(failure.message()).contains("a bug of the protocol");
    assertThat(
            ProcessHandle.current()
                .descendants()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(command -> command.contains("sleep 1234")))
        .isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_program_inherits_no_open_files_but_its_framed_log() {
    String script = "ls /proc/$$/fd; exit";
    LocalProcesses without = processes(spec(script, FramedLog.OFF));

    without.start(RUNTIME, life);
    life.awaitExit(RUNTIME);
    assertThat(output.text()).isEqualTo("0\n1\n2\n");
    processes(script).start(EXTENSION, life);
    life.awaitExit(EXTENSION);

    assertThat(output.text()).isEqualTo("0\n1\n2\n0\n1\n2\n8\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void messages_and_other_output_have_the_order_in_which_they_were_written() {
    String round =
        "echo out; printf "
            + frame("two\nlines")
            + " >&$_LAMBDA_TELEMETRY_LOG_FD; echo err >&2; printf plain >&8; ";
    LocalProcesses processes = processes("for i in 1 2 3 4 5; do " + round + "done");

    processes.start(RUNTIME, life);
    life.awaitExit(RUNTIME);

    assertThat(output.inOrder()).isEqualTo("out\n[two\nlines]err\nplain".repeat(5));
    assertThat(output.messages())
        .hasSize(5)
        .containsOnly(new RecordedOutput.Message("two\nlines", MICROS, ApplicationLogLevel.ERROR));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_message_is_on_its_way_until_the_listener_has_it() throws Exception {
    CountDownLatch inHand = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> spec("printf " + frame("hello") + " >&8; exec 8>&-; sleep 1000"),
                process -> new Blocking(output, inHand, release),
                null));
    processes.start(RUNTIME, life);
    assertThat(inHand.await(20, SECONDS)).isTrue();

    assertThat(processes.markOutput(1, false)).isEqualTo(1);
    assertThat(output.marks()).isEmpty();
    release.countDown();

    await().atMost(Duration.ofSeconds(20)).until(() -> output.marks().equals(List.of(1L)));
    assertThat(output.messages()).hasSize(1);
    assertThat(processes.markOutput(2, false)).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void output_is_marked_before_the_process_counts_as_started() throws Exception {
    CompletableFuture<LocalProcesses> starting = new CompletableFuture<>();
    CompletableFuture<Integer> pending = new CompletableFuture<>();
    LaunchSpec spec =
        new LaunchSpec(
            List.of("sh", "-c", "echo hello >&2; echo written; sleep 1000"),
            directory,
            Map.of("PATH", PATH),
            FramedLog.OFF,
            (process, input, output) -> {
              try {
                int unused = output.read();
                pending.complete(starting.join().markOutput(1, false));
              } catch (IOException e) {
                pending.completeExceptionally(e);
              }
            });
    LocalProcesses processes = processes(spec);
    starting.complete(processes);

    processes.start(RUNTIME, life);

    assertThat(pending.get(20, SECONDS)).isEqualTo(1);
    await().atMost(Duration.ofSeconds(20)).until(() -> output.marks().equals(List.of(1L)));
    assertThat(output.text()).isEqualTo("hello\n");
  }

  @Test
  void output_of_extensions_is_marked_only_on_demand() throws Exception {
    CountDownLatch inHand = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> spec("echo hello; sleep 1000", FramedLog.OFF),
                process -> new Blocking(output, inHand, release),
                null));
    processes.start(EXTENSION, life);
    assertThat(inHand.await(20, SECONDS)).isTrue();

    assertThat(processes.markOutput(1, false)).isZero();
    assertThat(processes.markOutput(2, true)).isEqualTo(1);
    release.countDown();

    await().atMost(Duration.ofSeconds(20)).until(() -> output.marks().equals(List.of(2L)));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void only_a_command_that_starts_a_client_itself_gets_a_framed_log_unasked() throws Exception {
    script("awslambdaric/__main__.py", "");
    script("client", "#!/bin/sh\nset -e\nexec ./python3 -m awslambdaric\n");
    script("launcher", "#!/bin/sh\n./python3 -m awslambdaric\n");
    script("python3", "#!/bin/sh\necho \"$* <$_LAMBDA_TELEMETRY_LOG_FD>\"\n");
    List<String> commands =
        List.of("./python3 -m awslambdaric", "./client", "./launcher", "./python3 start.py");

    int generation = 0;
    for (String command : commands) {
      ProcessName runtime = ProcessName.runtime(++generation);
      processes(
              new LaunchSpec(
                  List.of(command.split(" ")), directory, Map.of("PATH", PATH), FramedLog.AUTO))
          .start(runtime, life);
      life.awaitExit(runtime);
    }

    assertThat(output.text().lines())
        .containsExactly(
            "-m awslambdaric <8>", "-m awslambdaric <8>", "-m awslambdaric <>", "start.py <>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no shell", "no such pipes", "a name that shells drop"})
  void where_a_framed_log_is_not_possible_a_runtime_starts_without(String reason) {
    Machine local = Machine.local();
    Machine machine =
        new Machine(
            local.session(),
            local.mark(),
            reason.equals("no shell") ? Optional.empty() : local.framedLog(),
            local.proc(),
            local.searchPath(),
            reason.equals("no such pipes") ? ProcessStreamPipe::new : local.pipes());
    Map<String, String> environment = new HashMap<>(Map.of("PATH", PATH));
    if (reason.startsWith("a name")) {
      environment.put("db.password", "secret");
    }
    List<String> command = List.of("env");
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> new LaunchSpec(command, directory, environment, FramedLog.ON),
                process -> output,
                null,
                machine));

    processes.start(RUNTIME, life);

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(0));
    assertThat(output.text()).contains("PATH=").doesNotContain("_LAMBDA_TELEMETRY_LOG_FD");
    if (reason.startsWith("a name")) {
      assertThat(output.text()).contains("db.password=secret\n");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_program_may_open_its_output_by_name() {
    processes("echo 1; echo 2 >/dev/stdout; echo 3 >>/proc/self/fd/2; echo 4").start(RUNTIME, life);
    life.awaitExit(RUNTIME);

    assertThat(output.text()).isEqualTo("1\n2\n3\n4\n");
  }

  @Test
  void a_program_that_cannot_start_is_told_with_the_reason() {
    LaunchSpec spec =
        new LaunchSpec(List.of("/nowhere/bootstrap"), directory, Map.of(), FramedLog.OFF);

    LocalProcesses processes = processes(spec);
    processes.start(RUNTIME, life);

    assertThat(life.awaitFailure(RUNTIME))
        .isEqualTo(
            new StartFailure(
                Kind.INVALID_ENTRYPOINT,
                "fork/exec /nowhere/bootstrap: no such file or directory"));
    processes.stop(1, life);
    life.awaitGone();
    assertThat(life.events()).containsExactly("startFailed runtime-1", "gone 1");
  }

  @Test
  void a_missing_working_directory_is_told() {
    LaunchSpec spec =
        new LaunchSpec(List.of("sh"), directory.resolve("absent"), Map.of(), FramedLog.OFF);

    processes(spec).start(RUNTIME, life);

    assertThat(life.awaitFailure(RUNTIME).kind()).isEqualTo(Kind.INVALID_WORKING_DIR);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void an_environment_that_is_too_large_is_told_in_the_words_of_the_system() throws Exception {
    Path program = Files.writeString(directory.resolve("bootstrap"), "#!/bin/sh\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    LaunchSpec spec =
        new LaunchSpec(
            List.of(program.toString()),
            directory,
            Map.of("BIG", "x".repeat(200 * 1024)),
            FramedLog.OFF);

    processes(spec).start(RUNTIME, life);

    assertThat(life.awaitFailure(RUNTIME))
        .isEqualTo(
            new StartFailure(
                Kind.INVALID_ENTRYPOINT, "fork/exec " + program + ": argument list too long"));
  }

  @Test
  void a_supplier_that_fails_makes_the_start_fail() {
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> {
                  throw new IllegalStateException("no spec for " + process);
                },
                process -> output,
                null));

    processes.start(RUNTIME, life);

    assertThat(life.awaitFailure(RUNTIME).message()).contains("no spec for runtime-1");
  }

  @Test
  void a_supplier_that_lacks_something_says_so_in_its_own_words() {
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> {
                  throw new UncheckedIOException(new IOException("no port is free"));
                },
                process -> output,
                null));

    processes.start(RUNTIME, life);

    assertThat(life.awaitFailure(RUNTIME))
        .isEqualTo(new StartFailure(StartFailure.Kind.NO_RESOURCES, "no port is free"));
  }

  @Test
  void a_process_starts_once_and_nothing_starts_after_the_close() {
    LocalProcesses processes = processes("exit 0");
    processes.start(RUNTIME, life);

    assertThatIllegalStateException().isThrownBy(() -> processes.start(RUNTIME, life));
    processes.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> processes.start(ProcessName.runtime(2), life));
  }

  @Test
  void a_listener_that_is_slow_slows_the_function_and_has_its_output_pending() throws Exception {
    CountDownLatch inHand = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> spec("head -c 1000000 /dev/zero"),
                process -> new Blocking(output, inHand, release),
                null));

    processes.start(RUNTIME, life);

    assertThat(inHand.await(20, SECONDS)).isTrue();
    assertThat(processes.markOutput(1, false)).isEqualTo(1);
    assertThat(life.events()).doesNotContain("exited runtime-1");
    release.countDown();
    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(0));
    assertThat(output.size()).isEqualTo(1_000_000);
  }

  @Test
  void a_grandchild_that_holds_the_pipe_does_not_delay_the_exit() {
    LocalProcesses processes = processes("sleep 1000 & echo child $!; exit 3");

    processes.start(RUNTIME, life);

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(3));
    long child = output.awaitNumber("child");
    assertThat(Running.isRunning(child)).isTrue();
    assertThat(output.hasEnded()).isFalse();

    processes.stop(1, life);
    life.awaitGone();
    assertThat(Running.isRunning(child)).isFalse();
    assertThat(output.hasEnded()).isTrue();
  }

  @Test
  void a_stop_kills_a_process_and_its_children_without_asking() {
    LocalProcesses processes =
        processes(
            "trap 'echo bye' TERM; sh -c 'echo child $$; while :; do sleep 1; done' & "
                + "echo parent $$; while :; do sleep 1; done");
    processes.start(RUNTIME, life);
    long parent = output.awaitNumber("parent");
    long child = output.awaitNumber("child");

    processes.stop(1, life);
    life.awaitGone();

    assertThat(Running.isRunning(parent)).isFalse();
    assertThat(Running.isRunning(child)).isFalse();
    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Signaled("killed"));
    assertThat(output.text()).doesNotContain("bye");
    assertThat(life.events()).containsExactly("started runtime-1", "exited runtime-1", "gone 1");
  }

  @Test
  void a_process_that_is_terminated_ends_in_its_own_way() {
    LocalProcesses processes =
        processes("trap 'echo bye; exit 7' TERM; echo parent $$; while :; do sleep 0.1; done");
    processes.start(RUNTIME, life);
    output.awaitNumber("parent");

    processes.terminate(RUNTIME);

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(7));
    assertThat(output.text()).contains("bye\n");
    assertThat(life.events()).containsExactly("started runtime-1", "exited runtime-1");
  }

  @Test
  void a_process_that_ignores_SIGTERM_can_be_killed_with_its_children() {
    LocalProcesses processes =
        processes(
            "trap 'echo asked 1' TERM; sh -c 'trap \"\" TERM; echo child $$; "
                + "while :; do sleep 0.1; done' & "
                + "echo parent $$; while :; do sleep 0.1; done");
    processes.start(RUNTIME, life);
    output.awaitNumber("parent");
    long child = output.awaitNumber("child");
    processes.terminate(RUNTIME);
    output.awaitNumber("asked");
    assertThat(life.events()).containsExactly("started runtime-1");

    processes.kill(RUNTIME);

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Signaled("killed"));
    Running.awaitEnd(child);
    assertThat(life.events()).containsExactly("started runtime-1", "exited runtime-1");
  }

  @Test
  void signals_to_what_does_not_run_do_nothing() {
    LocalProcesses processes = processes("exit 0");
    processes.start(RUNTIME, life);
    life.awaitExit(RUNTIME);

    processes.terminate(RUNTIME);
    processes.kill(RUNTIME);
    processes.terminate(EXTENSION);
    processes.kill(EXTENSION);
    processes.stop(1, life);
    life.awaitGone();

    assertThat(life.events()).containsExactly("started runtime-1", "exited runtime-1", "gone 1");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_runtime_is_terminated_with_its_children_and_without_the_extension() {
    RecordedOutput other = new RecordedOutput();
    LocalProcesses processes =
        family(
            Map.of(
                RUNTIME, "setsid sleep 1000 & echo child $!; echo parent $$; wait",
                EXTENSION, "setsid sleep 1000 & echo child $!; echo parent $$; wait"),
            Map.of(RUNTIME, output, EXTENSION, other));
    processes.start(EXTENSION, life);
    processes.start(RUNTIME, life);
    long runtimeChild = output.awaitNumber("child");
    long extension = other.awaitNumber("parent");
    long extensionChild = other.awaitNumber("child");
    awaitSleeping(runtimeChild);
    awaitSleeping(extensionChild);

    processes.terminate(RUNTIME);

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Signaled("terminated"));
    Running.awaitEnd(runtimeChild);
    assertThat(Running.isRunning(extension)).isTrue();
    assertThat(Running.isRunning(extensionChild)).isTrue();

    processes.stop(1, life);
    life.awaitGone();
    assertThat(life.awaitExit(EXTENSION)).isEqualTo(new ProcessExit.Signaled("killed"));
    assertThat(Running.isRunning(extension)).isFalse();
    assertThat(Running.isRunning(extensionChild)).isFalse();
    assertThat(life.events()).endsWith("exited " + EXTENSION, "gone 1");
  }

  /**
   * The second is named like a prefix of the first and like the runtime, the third not in ASCII.
   */
  @ParameterizedTest
  @ValueSource(strings = {"runtime.sh", "runtime", "\u00e4gent 1"})
  @EnabledOnOs(OS.LINUX)
  void an_extension_is_killed_with_its_daemons_and_without_the_others(String victim) {
    Map<ProcessName, String> scripts = new HashMap<>();
    Map<ProcessName, RecordedOutput> outputs = new HashMap<>();
    for (ProcessName name :
        List.of(
            RUNTIME, extension("runtime.sh"), extension("runtime"), extension("\u00e4gent 1"))) {
      scripts.put(
          name,
          "(setsid sh -c 'setsid sleep 1000 >/dev/null 2>&1 </dev/null & echo daemon $!' &); "
              + "exec sleep 1000");
      outputs.put(name, new RecordedOutput());
    }
    LocalProcesses processes = family(scripts, outputs);
    scripts.keySet().forEach(name -> processes.start(name, life));
    Map<ProcessName, Long> daemons = new HashMap<>();
    outputs.forEach((name, each) -> daemons.put(name, each.awaitNumber("daemon")));
    daemons
        .values()
        .forEach(daemon ->
            await().atMost(Duration.ofSeconds(20)).until(() -> !hasShellAsParent(daemon)));
    daemons.values().forEach(LocalProcessesTest::awaitSleeping);

    processes.kill(extension(victim));

    assertThat(life.awaitExit(extension(victim))).isEqualTo(new ProcessExit.Signaled("killed"));
    Running.awaitEnd(of(daemons, extension(victim)));
    daemons.remove(extension(victim));
    assertThat(daemons.values()).hasSize(3).allMatch(Running::isRunning);
    assertThat(life.events()).filteredOn(event -> event.startsWith("exited")).hasSize(1);

    processes.stop(1, life);
    life.awaitGone();
    assertThat(daemons.values()).noneMatch(Running::isRunning);
  }

  @Test
  void each_exit_is_told_once_and_of_the_process_that_ended() {
    Map<ProcessName, String> scripts =
        Map.of(
            RUNTIME,
            "exit 10",
            extension("a"),
            "exit 11",
            extension("b"),
            "kill -s KILL $$",
            extension("c"),
            "exit 13");
    LocalProcesses processes =
        track(new LocalProcesses(name -> spec(of(scripts, name)), name -> output, null));
    scripts.keySet().forEach(name -> processes.start(name, life));

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(10));
    assertThat(life.awaitExit(extension("a"))).isEqualTo(new ProcessExit.Exited(11));
    assertThat(life.awaitExit(extension("b"))).isEqualTo(new ProcessExit.Signaled("killed"));
    assertThat(life.awaitExit(extension("c"))).isEqualTo(new ProcessExit.Exited(13));
    processes.stop(1, life);
    life.awaitGone();
    assertThat(life.events())
        .containsExactlyInAnyOrder(
            "started runtime-1",
            "started extension-a-1",
            "started extension-b-1",
            "started extension-c-1",
            "exited runtime-1",
            "exited extension-a-1",
            "exited extension-b-1",
            "exited extension-c-1",
            "gone 1")
        .endsWith("gone 1");
  }

  @Test
  void extensions_are_those_of_the_directory_and_see_the_environment_of_extensions()
      throws Exception {
    script("extensions/first.sh", "#!/bin/sh\necho \"$# $0\"; pwd -P; env\n");
    Files.writeString(directory.resolve("extensions/second.txt"), "not executable");
    ExtensionsDirectory extensions = new ExtensionsDirectory(directory.resolve("extensions"));
    FunctionEnvironment environment =
        FunctionEnvironment.builder("orders")
            .inherited(Map.of("PATH", PATH))
            .customer(Map.of("STAGE", "dev", "_PRIVATE", "1"))
            .handler("app.handler")
            .build();
    LocalProcesses processes =
        track(
            new LocalProcesses(
                name ->
                    extensions.launchSpec(
                        String.valueOf(name.extension()),
                        directory,
                        environment.forExternalExtension(
                            new FunctionEnvironment.OfSandbox(
                                "127.0.0.1:9001", "stream", "on-demand"))),
                name -> output,
                extensions));

    assertThat(processes.findExtensions()).containsExactly("first.sh", "second.txt");
    processes.start(extension("first.sh"), life);
    processes.start(extension("second.txt"), life);

    assertThat(life.awaitExit(extension("first.sh"))).isEqualTo(new ProcessExit.Exited(0));
    assertThat(output.text())
        .startsWith("0 " + directory + "/extensions/first.sh\n" + directory.toRealPath() + "\n")
        .contains("AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001\n")
        .contains("AWS_LAMBDA_FUNCTION_NAME=orders\n")
        .contains("STAGE=dev\n")
        .doesNotContain(
            "_HANDLER=", "_PRIVATE=", "LAMBDA_TASK_ROOT=", "AWS_LAMBDA_LOG_GROUP_NAME=");
    assertThat(life.awaitFailure(extension("second.txt")))
        .isEqualTo(
            new StartFailure(
                Kind.PERMISSION_DENIED,
                "fork/exec " + directory + "/extensions/second.txt: permission denied"));
  }

  @Test
  void without_a_directory_there_are_no_extensions() {
    assertThat(processes("exit 0").findExtensions()).isEmpty();
  }

  @Test
  void what_to_start_is_asked_at_each_start() {
    AtomicInteger status = new AtomicInteger(3);
    LocalProcesses processes =
        track(new LocalProcesses(name -> spec("exit " + status.get()), name -> output, null));
    processes.start(RUNTIME, life);
    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(3));

    status.set(4);
    processes.start(ProcessName.runtime(2), life);

    assertThat(life.awaitExit(ProcessName.runtime(2))).isEqualTo(new ProcessExit.Exited(4));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_daemon_that_left_its_session_and_its_parent_is_killed() {
    LocalProcesses processes =
        processes(
            "(setsid sh -c 'setsid sleep 1000 >/dev/null 2>&1 </dev/null & echo daemon $!' &); "
                + "echo parent $$; exec sleep 1000");
    processes.start(RUNTIME, life);
    long daemon = output.awaitNumber("daemon");
    output.awaitNumber("parent");
    await().atMost(Duration.ofSeconds(20)).until(() -> !hasShellAsParent(daemon));

    processes.stop(1, life);
    life.awaitGone();

    assertThat(Running.isRunning(daemon)).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_daemon_that_also_wiped_its_environment_is_killed() {
    assumeTrue(Machine.local().mark().prlimit().isPresent(), "no prlimit to mark families with");
    LocalProcesses processes =
        processes("(env -i setsid sleep 1000 & echo daemon $!); echo parent $$; exec sleep 1000");
    processes.start(RUNTIME, life);
    long daemon = output.awaitNumber("daemon");
    output.awaitNumber("parent");
    awaitSleeping(daemon);

    processes.stop(1, life);
    life.awaitGone();

    assertThat(Running.isRunning(daemon)).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_child_that_left_its_session_and_wiped_its_environment_is_killed() {
    LocalProcesses processes =
        processes("env -i setsid sleep 1000 & echo child $!; echo parent $$; exec sleep 1000");
    processes.start(RUNTIME, life);
    long child = output.awaitNumber("child");
    output.awaitNumber("parent");
    awaitSleeping(child);

    processes.stop(1, life);
    life.awaitGone();

    assertThat(Running.isRunning(child)).isFalse();
  }

  @RepeatedTest(20)
  @EnabledOnOs(OS.LINUX)
  void a_chain_of_processes_that_start_the_next_and_exit_is_killed() throws Exception {
    ForkingChain chain = ForkingChain.in(directory);
    LocalProcesses processes = processes(chain.script());
    processes.start(RUNTIME, life);
    output.awaitNumber("link");

    processes.stop(1, life);
    life.awaitGone();

    chain.awaitEnd();
  }

  private static void awaitSleeping(long pid) {
    await().atMost(Duration.ofSeconds(20)).until(() -> runsSleep(pid));
  }

  private static boolean runsSleep(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().command())
        .map(command -> command.contains("sleep") || command.contains("coreutils"))
        .orElse(false);
  }

  private static boolean hasShellAsParent(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(ProcessHandle::parent)
        .flatMap(parent -> parent.info().command())
        .map(command -> command.endsWith("sh"))
        .orElse(false);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_daemon_of_one_generation_survives_the_end_of_another() {
    RecordedOutput second = new RecordedOutput();
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> spec("setsid sleep 1000 & echo daemon $!; exec sleep 1000"),
                process -> process.generation() == 1 ? output : second,
                null));
    processes.start(RUNTIME, life);
    processes.start(ProcessName.runtime(11), new RecordedLife());
    long first = output.awaitNumber("daemon");
    long other = second.awaitNumber("daemon");

    processes.stop(1, life);
    life.awaitGone();

    assertThat(Running.isRunning(first)).isFalse();
    assertThat(Running.isRunning(other)).isTrue();
    processes.close();
    assertThat(Running.isRunning(other)).isFalse();
  }

  @Test
  void what_is_stopped_while_it_starts_is_started_and_killed() throws Exception {
    Gate gate = new Gate();
    LocalProcesses processes = startingBehind(gate);

    processes.stop(1, life);
    gate.open.countDown();
    life.awaitGone();

    assertThat(life.events()).containsExactly("started runtime-1", "exited runtime-1", "gone 1");
  }

  @Test
  void what_is_terminated_while_it_starts_is_started_and_terminated() throws Exception {
    Gate gate = new Gate();
    LocalProcesses processes = startingBehind(gate);

    processes.terminate(RUNTIME);
    gate.open.countDown();

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Signaled("terminated"));
    assertThat(life.events()).containsExactly("started runtime-1", "exited runtime-1");
  }

  @Test
  void what_is_killed_while_it_starts_is_started_and_killed() throws Exception {
    Gate gate = new Gate();
    LocalProcesses processes = startingBehind(gate);

    processes.kill(RUNTIME);
    gate.open.countDown();

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Signaled("killed"));
    assertThat(life.events()).containsExactly("started runtime-1", "exited runtime-1");
  }

  /** Returns when the start of the runtime has begun; it goes on when the gate is opened. */
  private LocalProcesses startingBehind(Gate gate) throws InterruptedException {
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> {
                  gate.reached.countDown();
                  awaitRelease(gate.open);
                  return spec("exec sleep 1000");
                },
                process -> output,
                null));
    processes.start(RUNTIME, life);
    assertThat(gate.reached.await(20, SECONDS)).isTrue();
    return processes;
  }

  private static final class Gate {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void what_is_killed_from_outside_while_it_starts_has_exited_by_that_signal() throws Exception {
    AtomicBoolean killing = new AtomicBoolean(true);
    Set<ProcessHandle> seen = ProcessHandle.current().children().collect(Collectors.toSet());
    LocalProcesses processes = processes("exec sleep 1000");
    // The process itself, beside the watchdog, which is started once.
    processes.start(RUNTIME, life);
    processes.kill(RUNTIME);
    life.awaitExit(RUNTIME);
    Thread killer =
        Thread.ofPlatform()
            .start(() -> {
              while (killing.get()) {
                ProcessHandle.current()
                    .children()
                    .filter(seen::add)
                    .forEach(ProcessHandle::destroyForcibly);
              }
            });
    try {
      for (int generation = 2; generation <= 200; generation++) {
        ProcessName name = ProcessName.runtime(generation);
        RecordedLife each = new RecordedLife();
        processes.start(name, each);
        assertThat(each.awaitExit(name)).isEqualTo(new ProcessExit.Signaled("killed"));
        assertThat(each.events()).containsExactly("started " + name, "exited " + name);
      }
    } finally {
      killing.set(false);
      killer.join();
    }
  }

  @Test
  void a_hundred_immediate_stops_leave_nothing_behind() {
    Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
    LocalProcesses processes = processes("sleep 1000 & exec sleep 1000");

    for (int generation = 1; generation <= 100; generation++) {
      RecordedLife each = new RecordedLife();
      processes.start(ProcessName.runtime(generation), each);
      processes.stop(generation, each);
      each.awaitGone();
      assertThat(each.events())
          .containsExactly(
              "started runtime-" + generation,
              "exited runtime-" + generation,
              "gone " + generation);
    }
    processes.close();

    assertThat(ProcessHandle.current().children()).allMatch(before::contains);
  }

  @Test
  void every_stop_is_answered_also_of_what_never_started() {
    LocalProcesses processes = processes("exec sleep 1000");
    processes.start(RUNTIME, life);
    RecordedLife again = new RecordedLife();
    RecordedLife never = new RecordedLife();

    processes.stop(1, life);
    processes.stop(1, again);
    processes.stop(9, never);

    life.awaitGone();
    again.awaitGone();
    never.awaitGone();
    assertThat(again.events()).containsExactly("gone 1");
    assertThat(never.events()).containsExactly("gone 9");
  }

  @Test
  void the_close_ends_processes_and_watchdog() {
    Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
    LocalProcesses processes = processes("trap '' TERM; sleep 1000 & echo child $!; wait");
    processes.start(RUNTIME, life);
    long child = output.awaitNumber("child");

    processes.close();
    processes.close();

    assertThat(Running.isRunning(child)).isFalse();
    assertThat(ProcessHandle.current().children()).allMatch(before::contains);
  }

  @Test
  void without_a_process_table_the_group_is_killed() {
    Machine local = Machine.local();
    Machine poor =
        new Machine(
            local.session(),
            MarkCommand.NONE,
            local.framedLog(),
            new ProcFs(directory.resolve("absent")),
            local.searchPath(),
            ProcessStreamPipe::new);
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> spec("(sleep 1000 & echo child $!); echo parent $$; exec sleep 1000"),
                process -> output,
                null,
                poor));
    processes.start(RUNTIME, life);
    long parent = output.awaitNumber("parent");
    long child = output.awaitNumber("child");

    processes.stop(1, life);
    life.awaitGone();

    Running.awaitEnd(parent);
    Running.awaitEnd(child);
    assertThat(processes.peakMemoryBytes(1)).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void without_any_helper_program_the_members_are_killed_one_by_one() {
    Machine local = Machine.local();
    Machine poor =
        new Machine(
            SessionCommand.NONE,
            MarkCommand.NONE,
            Optional.empty(),
            local.proc(),
            "/nowhere",
            local.pipes());
    LocalProcesses processes =
        track(
            new LocalProcesses(
                process -> spec("sleep 1000 & echo child $!; echo parent $$; exec sleep 1000"),
                process -> output,
                null,
                poor));
    processes.start(RUNTIME, life);
    long parent = output.awaitNumber("parent");
    long child = output.awaitNumber("child");

    processes.stop(1, life);
    life.awaitGone();

    assertThat(Running.isRunning(parent)).isFalse();
    assertThat(Running.isRunning(child)).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void the_peak_memory_grows_with_the_function_and_stays_after_its_end() {
    // The shell's child waits for a file, then keeps 60 MB in a variable.
    Path flag = directory.resolve("go");
    LocalProcesses processes =
        processes(
            "sh -c 'while [ ! -e \""
                + flag
                + "\" ]; do sleep 0.05; done; "
                + "big=$(head -c 60000000 /dev/zero | tr \"\\0\" x); echo grown 1; "
                + "while :; do sleep 1; done' & echo parent $$; wait");
    processes.start(RUNTIME, life);
    output.awaitNumber("parent");
    long small = processes.peakMemoryBytes(1);

    assertThat(small).isBetween(100_000L, 30_000_000L);
    assertThat(createFile(flag)).exists();
    output.awaitNumber("grown");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> processes.peakMemoryBytes(1) > small + 50_000_000);

    long large = processes.peakMemoryBytes(1);
    processes.stop(1, life);
    life.awaitGone();
    assertThat(processes.peakMemoryBytes(1)).isGreaterThanOrEqualTo(large);
    assertThat(processes.peakMemoryBytes(2)).isZero();
  }

  private static Path createFile(Path path) {
    try {
      return Files.createFile(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the argument of printf that writes a message with level ERROR and a time. */
  private static String frame(String message) {
    String text = message.replace("\n", "\\n");
    return "'\\245\\132\\000\\027\\000\\000\\000\\%03o".formatted(message.length())
        + "\\000\\001\\002\\003\\004\\005\\006\\140"
        + text
        + "'";
  }

  private LocalProcesses processes(String script) {
    return processes(spec(script));
  }

  private LocalProcesses processes(LaunchSpec spec) {
    return track(new LocalProcesses(process -> spec, process -> output, null));
  }

  private LocalProcesses family(
      Map<ProcessName, String> scripts, Map<ProcessName, RecordedOutput> outputs) {
    return track(
        new LocalProcesses(name -> spec(of(scripts, name)), name -> of(outputs, name), null));
  }

  private static <T> T of(Map<ProcessName, T> all, ProcessName name) {
    return Objects.requireNonNull(all.get(name), name::toString);
  }

  private static ProcessName extension(String name) {
    return ProcessName.extension(1, name);
  }

  private void script(String name, String text) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, text);
    assertThat(path.toFile().setExecutable(true)).isTrue();
  }

  private LocalProcesses track(LocalProcesses processes) {
    opened.add(processes);
    return processes;
  }

  private LaunchSpec spec(String script) {
    return spec(script, FramedLog.ON);
  }

  private LaunchSpec spec(String script, FramedLog framedLog) {
    return new LaunchSpec(List.of("sh", "-c", script), directory, Map.of("PATH", PATH), framedLog);
  }

  private static void awaitRelease(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes nothing before it is released. */
  private record Blocking(RecordedOutput target, CountDownLatch inHand, CountDownLatch release)
      implements OutputListener {

    @Override
    public void output(byte[] bytes, int offset, int length) {
      inHand.countDown();
      awaitRelease(release);
      target.output(bytes, offset, length);
    }

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {
      inHand.countDown();
      awaitRelease(release);
      target.message(bytes, offset, length, epochMicros, level);
    }

    @Override
    public void reached(long mark) {
      target.reached(mark);
    }

    @Override
    public void ended() {
      target.ended();
    }
  }
}
