package dev.rapid.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.bootstrap.output.RecordedOutput;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Processes that are stopped and go on. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class FrozenProcessesTest {

  private static final ProcessName RUNTIME = ProcessName.runtime(1);
  private static final ProcessName EXTENSION = ProcessName.extension(1, "logger");

  /** A program with a child, a daemon of another session, and an orphan without environment. */
  private static final String FAMILY =
      "sleep 1000 & echo child $!; "
          + "setsid sleep 1000 & echo daemon $!; "
          + "(env -i setsid sleep 1000 >/dev/null 2>&1 & echo orphan $!); "
          + "echo parent $$; exec sleep 1000";

  private final RecordedLife life = new RecordedLife();
  private final RecordedOutput output = new RecordedOutput();
  private final RecordedOutput extensionOutput = new RecordedOutput();
  private final List<LocalProcesses> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(LocalProcesses::close);
  }

  private LocalProcesses running(String script) {
    return running(script, output);
  }

  private LocalProcesses running(String script, RecordedOutput ofRuntime) {
    LocalProcesses processes =
        new LocalProcesses(
            name ->
                new LaunchSpec(
                    List.of("sh", "-c", script),
                    Path.of("/"),
                    Map.of("PATH", System.getenv("PATH")),
                    FramedLog.OFF),
            name -> name.extension() == null ? ofRuntime : extensionOutput,
            null);
    opened.add(processes);
    processes.start(RUNTIME, life);
    return processes;
  }

  private static List<Long> family(RecordedOutput output) {
    return List.of(
        output.awaitNumber("child"),
        output.awaitNumber("daemon"),
        output.awaitNumber("orphan"),
        output.awaitNumber("parent"));
  }

  @Test
  void the_runtime_and_the_extensions_stand_still_with_all_their_descendants_and_go_on() {
    LocalProcesses processes = running(FAMILY);
    processes.start(EXTENSION, life);
    List<Long> all = new ArrayList<>(family(output));
    all.addAll(family(extensionOutput));

    processes.freeze(1);
    all.forEach(Running::awaitStopped);
    processes.thaw(1);

    all.forEach(Running::awaitGoingOn);
  }

  @Test
  void another_sandbox_goes_on() {
    LocalProcesses frozen = running(FAMILY);
    List<Long> family = family(output);
    RecordedOutput others = new RecordedOutput();
    running(FAMILY, others);
    List<Long> otherFamily = family(others);

    frozen.freeze(1);
    family.forEach(Running::awaitStopped);

    otherFamily.forEach(Running::awaitGoingOn);
  }

  @Test
  void a_thaw_right_after_a_freeze_leaves_nothing_stopped() {
    LocalProcesses processes = running(FAMILY);
    List<Long> family = family(output);
    for (int i = 0; i < 50; i++) {
      processes.freeze(1);
      processes.thaw(1);
    }

    processes.freeze(1);
    family.forEach(Running::awaitStopped);
    processes.thaw(1);

    family.forEach(Running::awaitGoingOn);
  }

  @Test
  void a_frozen_family_is_killed_by_a_stop() {
    LocalProcesses processes = running(FAMILY);
    List<Long> family = family(output);
    processes.freeze(1);
    family.forEach(Running::awaitStopped);

    processes.stop(1, life);
    life.awaitGone();

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Signaled("killed"));
    assertThat(family).noneMatch(Running::isRunning);
  }

  @Test
  void a_runtime_that_goes_on_can_end_in_its_own_way() {
    // A shell that starts a process with vfork in this moment waits for it, and is not stopped.
    LocalProcesses processes =
        running("trap 'exit 7' TERM; sleep 1000 & echo parent $$; while :; do wait; done");
    long parent = output.awaitNumber("parent");
    processes.freeze(1);
    Running.awaitStopped(parent);

    processes.thaw(1);
    processes.terminate(RUNTIME);

    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(7));
  }

  @Test
  void what_does_not_run_is_neither_stopped_nor_let_go_on() {
    LocalProcesses processes = running("exit 3");
    assertThat(life.awaitExit(RUNTIME)).isEqualTo(new ProcessExit.Exited(3));

    processes.freeze(1);
    processes.thaw(1);
    processes.freeze(2);
    processes.thaw(2);

    assertThat(life.events()).containsExactly("started runtime-1", "exited runtime-1");
  }
}
