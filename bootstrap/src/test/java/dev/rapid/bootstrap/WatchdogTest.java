package dev.rapid.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.bootstrap.family.ForkingChain;
import dev.rapid.bootstrap.family.ProcFs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@EnabledOnOs(OS.LINUX)
class WatchdogTest {

  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private static final String RUNTIME =
      "setsid sleep 1000 >/dev/null 2>&1 & echo daemon $!; "
          + "env -i setsid sleep 1000 >/dev/null 2>&1 & echo stranger $!; "
          + "(env -i setsid sleep 1000 >/dev/null 2>&1 & echo orphan $!); "
          + "sleep 1000 & echo child $!; trap '' TERM; echo function $$; wait";

  private static final String EXTENSION =
      "setsid sleep 1000 >/dev/null 2>&1 & echo extension-daemon $!; ";

  @TempDir private Path directory;

  private final Map<String, Long> numbers = new HashMap<>();
  private Process emulator;
  private BufferedReader lines;
  private ForkingChain chain;

  @BeforeEach
  void startEmulator() throws Exception {
    chain = ForkingChain.in(directory);
    emulator = emulator(RUNTIME, EXTENSION + chain.script());
    lines = emulator.inputReader();
  }

  private static Process emulator(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DoomedEmulator.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @AfterEach
  void killEmulator() {
    emulator.destroyForcibly();
  }

  @Test
  void what_an_emulator_started_does_not_survive_its_violent_death() throws Exception {
    long daemon = number("daemon");
    long stranger = number("stranger");
    long orphan = number("orphan");
    long child = number("child");
    long function = number("function");
    number("link");
    long extensionDaemon = number("extension-daemon");
    ProcessHandle watchdog = watchdogBeside(function);

    emulator.destroyForcibly().waitFor();

    Running.awaitEnd(function);
    Running.awaitEnd(child);
    Running.awaitEnd(daemon);
    Running.awaitEnd(stranger);
    Running.awaitEnd(orphan);
    Running.awaitEnd(extensionDaemon);
    Running.awaitEnd(watchdog.pid());
  }

  @Test
  void what_is_frozen_does_not_survive_the_violent_death_of_its_emulator() throws Exception {
    emulator.destroyForcibly().waitFor();
    emulator = emulator(RUNTIME, EXTENSION + "echo extension $$; exec sleep 1000", "freeze");
    lines = emulator.inputReader();
    List<Long> all = new ArrayList<>();
    for (String key :
        List.of(
            "daemon", "stranger", "orphan", "child", "function", "extension-daemon", "extension")) {
      all.add(number(key));
    }
    emulator.outputWriter().append('\n').flush();
    all.forEach(Running::awaitStopped);

    emulator.destroyForcibly().waitFor();

    all.forEach(Running::awaitEnd);
  }

  @Test
  void a_chain_of_processes_that_start_the_next_and_exit_dies_with_the_emulator() throws Exception {
    number("link");

    emulator.destroyForcibly().waitFor();

    chain.awaitEnd();
  }

  @Test
  void a_watchdog_survives_the_signals_that_terminals_send() throws Exception {
    long daemon = number("daemon");
    long function = number("function");
    ProcessHandle watchdog = watchdogBeside(function);
    BigInteger ignored = ignoredSignals(watchdog.pid());

    assertThat(List.of(SIGHUP, SIGINT, SIGTERM)).allMatch(signal -> ignored.testBit(signal - 1));
    assertThat(watchdog.destroy()).isTrue();
    emulator.destroyForcibly().waitFor();

    Running.awaitEnd(function);
    Running.awaitEnd(daemon);
  }

  @Test
  void a_watchdog_has_a_session_of_its_own_and_no_mark_of_the_emulator_around_it()
      throws Exception {
    ProcFs proc = new ProcFs(Path.of("/proc"));
    long watchdog = watchdogBeside(number("function")).pid();

    assertThat(proc.fileLockLimit(watchdog)).contains("0");
    assertThat(proc.running().get(watchdog)).extracting(ProcFs.Entry::session).isEqualTo(watchdog);
  }

  /** Reads lines until one begins with {@code key}, and returns the number behind it. */
  private long number(String key) throws IOException {
    while (!numbers.containsKey(key)) {
      String line = lines.readLine();
      assertThat(line).matches("[a-z-]+ \\d+");
      int space = line.indexOf(' ');
      numbers.put(line.substring(0, space), Long.valueOf(line.substring(space + 1)));
    }
    return numbers.get(key);
  }

  /** Waits for the emulator's other child, until it ignores signals. */
  private ProcessHandle watchdogBeside(long function) {
    List<ProcessHandle> others =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(
                () ->
                    emulator
                        .children()
                        .filter(child -> child.pid() != function)
                        .filter(child -> ignoredSignals(child.pid()).testBit(SIGTERM - 1))
                        .toList(),
                found -> !found.isEmpty());
    return others.getFirst();
  }

  private static BigInteger ignoredSignals(long pid) {
    try (Stream<String> status = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      String mask =
          status.filter(line -> line.startsWith("SigIgn:")).findFirst().orElse("SigIgn:\t0");
      return new BigInteger(mask.substring("SigIgn:".length()).strip(), 16);
    } catch (IOException | UncheckedIOException ended) {
      return BigInteger.ZERO;
    }
  }
}
