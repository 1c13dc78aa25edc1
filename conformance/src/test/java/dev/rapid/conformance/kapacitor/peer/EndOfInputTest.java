package dev.rapid.conformance.kapacitor.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Rapid;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The end of the input of agents on Kapacitor's package for Go: with one connection for both
 * directions they close it at once and lose what they have not yet written (contract kapacitor-udf,
 * section 17).
 */
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
final class EndOfInputTest {

  @AutoClose
  @SuppressWarnings("NullAway.Init")
  private ListeningAgent mirror;

  @AutoClose
  @SuppressWarnings("NullAway.Init")
  private Rapid rapid;

  @BeforeAll
  void start(@TempDir Path directory) {
    GoAgents agents = GoAgents.build();
    mirror = agents.listening("mirror", directory.resolve("mirror"));
    rapid =
        UdfFunction.serve(
            directory, mirror.connected("connected"), agents.started("mirror").named("started"));
  }

  @ParameterizedTest
  @CsvSource({"connected, 50, 300", "connected, 1, 300", "started, 50, 100"})
  void an_invocation_that_ends_the_input_gets_every_point(
      String function, int points, int conversations) {
    for (int i = 0; i < conversations; i++) {
      UdfAnswer answer = UdfAnswer.of(rapid, function, Events.pointsAndEnd(1, points));

      assertThat(UdfAnswer.times(answer.points()))
          .as("conversation %s", i)
          .isEqualTo(LongStream.rangeClosed(1, points).boxed().toList());
    }
  }
}
