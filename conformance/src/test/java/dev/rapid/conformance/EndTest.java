package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** No process outlives Rapid. */
@EnabledOnOs(OS.LINUX)
final class EndTest {

  private static final String STUBBORN = "trap '' TERM INT HUP; while :; do sleep 1; done";
  private static final int SIGINT = 2;

  /** Starts a function with children that do not go when they are asked to. */
  private static Rapid withOffspring() {
    assumeTrue(Command.exists("setsid"), "setsid exists");
    Rapid rapid = Rapid.serveScripted();
    Answer child = rapid.invoke("\"start " + STUBBORN + "\"");
    Answer daemon = rapid.invoke("\"start setsid sh -c 'sleep 600' & sleep 600\"");
    assertThat(child.status()).isEqualTo(200);
    assertThat(daemon.status()).isEqualTo(200);
    await()
        .atMost(Rapid.PATIENCE)
        .untilAsserted(() -> assertThat(rapid.offspring()).hasSizeGreaterThanOrEqualTo(5));
    return rapid;
  }

  @Test
  void nothing_is_left_after_sigterm() {
    try (Rapid rapid = withOffspring()) {
      rapid.signal("TERM");

      assertThat(rapid.awaitEnd()).isZero();
      rapid.assertNothingIsLeft();
    }
  }

  @Test
  void nothing_is_left_after_sigint() throws Exception {
    assumeTrue(!isSigintIgnored(), "SIGINT is not ignored here");
    try (Rapid rapid = withOffspring()) {
      rapid.signal("INT");

      assertThat(rapid.awaitEnd()).isZero();
      rapid.assertNothingIsLeft();
    }
  }

  /** Programs in the background of a script ignore it, and so do all that they start. */
  static boolean isSigintIgnored() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("SigIgn:")) {
        return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & (1L << (SIGINT - 1))) != 0;
      }
    }
    return false;
  }

  @Test
  void nothing_is_left_after_rapid_was_killed() {
    try (Rapid rapid = withOffspring()) {
      rapid.signal("KILL");

      assertThat(rapid.awaitEnd()).isNotZero();
      rapid.assertNothingIsLeft();
    }
  }

  @Test
  void an_invocation_that_runs_does_not_hold_up_the_end() {
    try (Rapid rapid = Rapid.serveScripted()) {
      var answer = rapid.invokeAsync("\"sleep 60\"".getBytes(StandardCharsets.UTF_8));
      rapid.awaitOutput("START RequestId: ");

      rapid.signal("TERM");

      assertThat(rapid.awaitEnd()).isZero();
      assertThat(answer.join().status()).isEqualTo(500);
      assertThat(answer.join().text()).contains("Rapid is shutting down");
    }
  }
}
