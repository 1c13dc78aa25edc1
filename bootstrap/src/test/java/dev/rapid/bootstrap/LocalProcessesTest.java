package dev.rapid.bootstrap;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.process.StartFailure.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
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

    processes.startRuntime(1, life);
    life.awaitExit();

    assertThat(output.text())
        .isEqualTo(
            IntStream.range(0, 1000)
                .mapToObj(i -> i + "\n" + i + "\n")
                .collect(Collectors.joining()));
  }

  @Test
  void the_output_was_read_to_the_end_when_the_exit_is_told() {
    LocalProcesses processes = processes("head -c 5000000 /dev/zero");

    processes.startRuntime(1, life);
    life.awaitExit();

    assertThat(output.size()).isEqualTo(5_000_000);
    assertThat(output.hasEnded()).isTrue();
    assertThat(processes.outputPending()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 106, 127, 128, 129, 255})
  void an_exit_status_is_told(int status) {
    processes("exit " + status).startRuntime(1, life);

    assertThat(life.awaitExit()).isEqualTo(new ProcessExit.Exited(status));
    assertThat(life.events()).containsExactly("started 1", "exited 1");
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
    processes("ulimit -c 0; kill -s " + signal + " $$").startRuntime(1, life);

    assertThat(life.awaitExit()).isEqualTo(new ProcessExit.Signaled(words));
  }

  @Test
  void the_program_gets_exactly_its_environment_its_directory_and_an_empty_input()
      throws Exception {
    LaunchSpec spec =
        new LaunchSpec(
            List.of("sh", "-c", "pwd -P; echo \"$GREETING\"; cat; env"),
            directory,
            Map.of("PATH", PATH, "GREETING", "hello a=b"));

    processes(spec).startRuntime(1, life);
    life.awaitExit();

    assertThat(output.text())
        .startsWith(directory.toRealPath() + "\nhello a=b\n")
        .contains("\nRAPID_SANDBOX_ID=")
        .doesNotContain("\nHOME=");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_program_inherits_no_open_files() {
    processes("ls /proc/$$/fd | tr '\\n' ' '").startRuntime(1, life);
    life.awaitExit();

    assertThat(output.text()).isEqualTo("0 1 2 ");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_program_may_open_its_output_by_name() {
    processes("echo 1; echo 2 >/dev/stdout; echo 3 >>/proc/self/fd/2; echo 4")
        .startRuntime(1, life);
    life.awaitExit();

    assertThat(output.text()).isEqualTo("1\n2\n3\n4\n");
  }

  @Test
  void a_program_that_cannot_start_is_told_with_the_reason() {
    LaunchSpec spec = new LaunchSpec(List.of("/nowhere/bootstrap"), directory, Map.of());

    LocalProcesses processes = processes(spec);
    processes.startRuntime(1, life);

    assertThat(life.awaitFailure())
        .isEqualTo(
            new StartFailure(
                Kind.INVALID_ENTRYPOINT,
                "fork/exec /nowhere/bootstrap: no such file or directory"));
    processes.stop(1, life);
    life.awaitGone();
    assertThat(life.events()).containsExactly("startFailed 1", "gone 1");
  }

  @Test
  void a_missing_working_directory_is_told() {
    LaunchSpec spec = new LaunchSpec(List.of("sh"), directory.resolve("absent"), Map.of());

    processes(spec).startRuntime(1, life);

    assertThat(life.awaitFailure().kind()).isEqualTo(Kind.INVALID_WORKING_DIR);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void an_environment_that_is_too_large_is_told_in_the_words_of_the_system() throws Exception {
    Path program = Files.writeString(directory.resolve("bootstrap"), "#!/bin/sh\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    LaunchSpec spec =
        new LaunchSpec(
            List.of(program.toString()), directory, Map.of("BIG", "x".repeat(200 * 1024)));

    processes(spec).startRuntime(1, life);

    assertThat(life.awaitFailure())
        .isEqualTo(
            new StartFailure(
                Kind.INVALID_ENTRYPOINT, "fork/exec " + program + ": argument list too long"));
  }

  @Test
  void a_supplier_that_fails_makes_the_start_fail() {
    LocalProcesses processes =
        track(
            new LocalProcesses(
                generation -> {
                  throw new IllegalStateException("no spec for " + generation);
                },
                generation -> output,
                Duration.ZERO));

    processes.startRuntime(4, life);

    assertThat(life.awaitFailure().message()).contains("no spec for 4");
  }

  @Test
  void a_generation_starts_once_and_nothing_starts_after_the_close() {
    LocalProcesses processes = processes("exit 0");
    processes.startRuntime(1, life);

    assertThatIllegalStateException().isThrownBy(() -> processes.startRuntime(1, life));
    processes.close();
    assertThatIllegalStateException().isThrownBy(() -> processes.startRuntime(2, life));
  }

  @Test
  void a_listener_that_is_slow_slows_the_function_and_has_its_output_pending() throws Exception {
    CountDownLatch inHand = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    LocalProcesses processes =
        track(
            new LocalProcesses(
                spec("head -c 1000000 /dev/zero"),
                generation -> new Blocking(output, inHand, release)));

    processes.startRuntime(1, life);

    assertThat(inHand.await(20, SECONDS)).isTrue();
    assertThat(processes.outputPending()).isTrue();
    assertThat(life.events()).doesNotContain("exited 1");
    release.countDown();
    assertThat(life.awaitExit()).isEqualTo(new ProcessExit.Exited(0));
    assertThat(output.size()).isEqualTo(1_000_000);
  }

  @Test
  void a_grandchild_that_holds_the_pipe_does_not_delay_the_exit() {
    LocalProcesses processes = processes("sleep 1000 & echo child $!; exit 3");

    processes.startRuntime(1, life);

    assertThat(life.awaitExit()).isEqualTo(new ProcessExit.Exited(3));
    long child = output.awaitNumber("child");
    assertThat(Running.isRunning(child)).isTrue();
    assertThat(output.hasEnded()).isFalse();

    processes.stop(1, life);
    life.awaitGone();
    assertThat(Running.isRunning(child)).isFalse();
    assertThat(output.hasEnded()).isTrue();
  }

  @Test
  void a_process_that_ignores_SIGTERM_is_killed_with_its_children() {
    LocalProcesses processes =
        processes(
            "trap '' TERM; sh -c 'echo child $$; while :; do sleep 1; done' & "
                + "echo parent $$; while :; do sleep 1; done",
            Duration.ofMillis(300));
    processes.startRuntime(1, life);
    long parent = output.awaitNumber("parent");
    long child = output.awaitNumber("child");

    processes.stop(1, life);
    life.awaitGone();

    assertThat(Running.isRunning(parent)).isFalse();
    assertThat(Running.isRunning(child)).isFalse();
    assertThat(life.awaitExit()).isEqualTo(new ProcessExit.Signaled("killed"));
    assertThat(life.events()).containsExactly("started 1", "exited 1", "gone 1");
  }

  @Test
  void a_process_that_obeys_SIGTERM_ends_in_its_own_way() {
    LocalProcesses processes =
        processes(
            "trap 'echo bye; exit 7' TERM; echo parent $$; while :; do sleep 1; done",
            Duration.ofSeconds(20));
    processes.startRuntime(1, life);
    output.awaitNumber("parent");

    processes.stop(1, life);
    life.awaitGone();

    assertThat(life.awaitExit()).isEqualTo(new ProcessExit.Exited(7));
    assertThat(output.text()).endsWith("bye\n");
  }

  @Test
  void without_a_grace_a_process_is_not_asked() {
    LocalProcesses processes =
        processes("trap 'echo bye' TERM; echo parent $$; while :; do sleep 1; done");
    processes.startRuntime(1, life);
    output.awaitNumber("parent");

    processes.stop(1, life);
    life.awaitGone();

    assertThat(life.awaitExit()).isEqualTo(new ProcessExit.Signaled("killed"));
    assertThat(output.text()).doesNotContain("bye");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_daemon_that_left_its_session_and_its_parent_is_killed() {
    LocalProcesses processes =
        processes(
            "(setsid sh -c 'setsid sleep 1000 >/dev/null 2>&1 </dev/null & echo daemon $!' &); "
                + "echo parent $$; exec sleep 1000");
    processes.startRuntime(1, life);
    long daemon = output.awaitNumber("daemon");
    output.awaitNumber("parent");
    await().atMost(Duration.ofSeconds(20)).until(() -> !hasShellAsParent(daemon));

    processes.stop(1, life);
    life.awaitGone();

    assertThat(Running.isRunning(daemon)).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_child_that_left_its_session_and_wiped_its_environment_is_killed() {
    LocalProcesses processes =
        processes("env -i setsid sleep 1000 & echo child $!; echo parent $$; exec sleep 1000");
    processes.startRuntime(1, life);
    long child = output.awaitNumber("child");
    output.awaitNumber("parent");
    await().atMost(Duration.ofSeconds(20)).until(() -> runsSleep(child));

    processes.stop(1, life);
    life.awaitGone();

    assertThat(Running.isRunning(child)).isFalse();
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
                generation -> spec("setsid sleep 1000 & echo daemon $!; exec sleep 1000"),
                generation -> generation == 1 ? output : second,
                Duration.ZERO));
    processes.startRuntime(1, life);
    processes.startRuntime(11, new RecordedLife());
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
    CountDownLatch starting = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    LocalProcesses processes =
        track(
            new LocalProcesses(
                generation -> {
                  starting.countDown();
                  awaitRelease(go);
                  return spec("exec sleep 1000");
                },
                generation -> output,
                Duration.ZERO));
    processes.startRuntime(1, life);
    assertThat(starting.await(20, SECONDS)).isTrue();

    processes.stop(1, life);
    go.countDown();
    life.awaitGone();

    assertThat(life.events()).containsExactly("started 1", "exited 1", "gone 1");
  }

  @Test
  void a_hundred_immediate_stops_leave_nothing_behind() {
    Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
    LocalProcesses processes = processes("sleep 1000 & exec sleep 1000");

    for (int generation = 1; generation <= 100; generation++) {
      RecordedLife each = new RecordedLife();
      processes.startRuntime(generation, each);
      processes.stop(generation, each);
      each.awaitGone();
      assertThat(each.events())
          .containsExactly("started " + generation, "exited " + generation, "gone " + generation);
    }
    processes.close();

    assertThat(ProcessHandle.current().children()).allMatch(before::contains);
  }

  @Test
  void every_stop_is_answered_also_of_what_never_started() {
    LocalProcesses processes = processes("exec sleep 1000");
    processes.startRuntime(1, life);
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
    processes.startRuntime(1, life);
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
            new ProcFs(directory.resolve("absent")),
            local.searchPath(),
            ProcessStreamPipe::new);
    LocalProcesses processes =
        track(
            new LocalProcesses(
                generation -> spec("(sleep 1000 & echo child $!); echo parent $$; exec sleep 1000"),
                generation -> output,
                Duration.ZERO,
                poor));
    processes.startRuntime(1, life);
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
    Machine poor = new Machine(SessionCommand.NONE, local.proc(), "/nowhere", local.pipes());
    LocalProcesses processes =
        track(
            new LocalProcesses(
                generation -> spec("(sleep 1000 & echo child $!); echo parent $$; exec sleep 1000"),
                generation -> output,
                Duration.ZERO,
                poor));
    processes.startRuntime(1, life);
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
    processes.startRuntime(1, life);
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

  private LocalProcesses processes(String script) {
    return processes(spec(script));
  }

  private LocalProcesses processes(LaunchSpec spec) {
    return track(new LocalProcesses(spec, generation -> output));
  }

  private LocalProcesses processes(String script, Duration grace) {
    return track(new LocalProcesses(generation -> spec(script), generation -> output, grace));
  }

  private LocalProcesses track(LocalProcesses processes) {
    opened.add(processes);
    return processes;
  }

  private LaunchSpec spec(String script) {
    return new LaunchSpec(List.of("sh", "-c", script), directory, Map.of("PATH", PATH));
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
    public void ended() {
      target.ended();
    }
  }
}
