package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much time the function's processes have to go. */
final class ShutdownTest {

  @TempDir Path directory;

  @BeforeEach
  void needs() {
    assumeTrue(Command.exists("bash") && Command.exists("curl"), "bash and curl exist");
  }

  private static Duration end(Rapid rapid) {
    long began = System.nanoTime();
    rapid.signal("TERM");
    assertThat(rapid.awaitEnd()).as(rapid.messages()).isZero();
    return Duration.ofNanos(System.nanoTime() - began);
  }

  @Test
  void an_extension_that_does_not_go_is_killed_after_two_seconds() {
    Extensions extensions = Extensions.in(directory).add("deaf", "deaf=yes").add("good");
    try (Rapid rapid = Rapid.serveScripted(extensions.option())) {
      Duration took = end(rapid);

      assertThat(took).isBetween(Duration.ofMillis(1_900), Duration.ofMillis(3_500));
      rapid.awaitOutput("[deaf] {\"eventType\":\"SHUTDOWN\"");
      rapid.assertNothingIsLeft();
    }
  }

  @Test
  void extensions_that_go_are_not_waited_for_longer() {
    Extensions extensions = Extensions.in(directory).add("one").add("unsubscribed", "events=");
    try (Rapid rapid = Rapid.serveScripted(extensions.option())) {
      assertThat(end(rapid)).isLessThan(Duration.ofMillis(1_900));
    }
  }

  @Test
  void a_runtime_with_an_internal_extension_has_half_a_second() throws Exception {
    assumeTrue(Command.exists("python3"), "python3 exists");
    Path lived = directory.resolve("lived");
    Files.writeString(
        directory.resolve("stubborn.py"),
        """
        import os, signal, time

        def stay(number, frame):
            began = time.monotonic()
            while True:
                # Replaced as a whole: SIGKILL may come between any two steps.
                with open("next", "w") as file:
                    file.write(str(round(1000 * (time.monotonic() - began))))
                os.replace("next", "lived")
                time.sleep(0.01)

        signal.signal(signal.SIGTERM, stay)

        def handle(event, context):
            return event
        """);
    String runtime = Command.ROOT.resolve("examples/extensions/internal/bootstrap.py").toString();
    try (Rapid rapid =
        Rapid.serve("--cwd=" + directory, "--handler=stubborn.handle", "--", "python3", runtime)) {
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
      end(rapid);

      assertThat(Integer.parseInt(Files.readString(lived))).isBetween(250, 700);
    }
  }

  /** Starts a runtime in bash that needs half a second for its end, which it writes to a file. */
  private Rapid withHook(Path written, String... options) {
    String script =
        """
        trap 'sleep 0.5; echo whole >"$0"; exit 0' TERM
        curl -s --noproxy '*' "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" &
        while true; do wait; sleep 0.1; done
        """;
    String[] words = new String[options.length + 5];
    System.arraycopy(options, 0, words, 0, options.length);
    words[options.length] = "--";
    words[options.length + 1] = "bash";
    words[options.length + 2] = "-c";
    words[options.length + 3] = script;
    words[options.length + 4] = written.toString();
    return Rapid.serve(words);
  }

  @Test
  void with_a_grace_the_hook_of_the_runtime_runs_to_its_end() {
    Path written = directory.resolve("written");
    try (Rapid rapid = withHook(written, "--shutdown-grace=2")) {
      Duration took = end(rapid);

      assertThat(took).isBetween(Duration.ofMillis(500), Duration.ofMillis(1_900));
      assertThat(written).hasContent("whole");
    }
  }

  @Test
  void without_a_grace_the_runtime_is_killed_at_once() {
    Path written = directory.resolve("written");
    try (Rapid rapid = withHook(written)) {
      end(rapid);

      rapid.assertNothingIsLeft();
      assertThat(written).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "KILL"})
  @EnabledOnOs(OS.LINUX)
  void no_process_of_runtime_and_extensions_is_left_after(String signal) throws Exception {
    assumeTrue(Command.exists("setsid"), "setsid exists");
    assumeTrue(!signal.equals("INT") || !EndTest.isSigintIgnored(), "SIGINT is not ignored here");
    Extensions extensions = Extensions.in(directory).add("parent", "child=yes").add("other");
    try (Rapid rapid = Rapid.serveScripted(extensions.option())) {
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
      // The runtime, two extensions with their curl, the child and its sleep.
      await()
          .atMost(Rapid.PATIENCE)
          .untilAsserted(() -> assertThat(rapid.offspring()).hasSizeGreaterThanOrEqualTo(7));

      rapid.signal(signal);

      int status = rapid.awaitEnd();
      assertThat(status == 0).isEqualTo(!signal.equals("KILL"));
      rapid.assertNothingIsLeft();
    }
  }
}
