package dev.rapid.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.kapacitor.KapacitorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The init of an agent of Kapacitor, in a real process. */
@Timeout(60)
final class AgentInitTest {

  private static final KapacitorSettings USUAL = KapacitorSettings.DEFAULT;

  @TempDir Path directory;

  private static KapacitorSettings initTimeout(Duration limit) {
    return new KapacitorSettings(
        null,
        USUAL.options(),
        USUAL.taskId(),
        USUAL.nodeId(),
        USUAL.timeout(),
        limit,
        USUAL.completion(),
        USUAL.barrierRounds(),
        USUAL.settle(),
        USUAL.lateData(),
        USUAL.strictEdgeTypes(),
        USUAL.snapshotInterval(),
        USUAL.restoreAfterFailure(),
        USUAL.separateInfoProbe(),
        USUAL.maxFrameBytes(),
        USUAL.stopGrace(),
        USUAL.termGrace(),
        USUAL.schema());
  }

  @Test
  void an_agent_that_does_not_come_up_in_its_time_fails_the_init_whatever_the_functions_timeout_is()
      throws Exception {
    FunctionSettings silent =
        FunctionSettings.builder(List.of("/bin/sh", "-c", "exec cat > /dev/null"), directory)
            .name("silent")
            .contract(WorkerContract.KAPACITOR_UDF)
            .kapacitor(initTimeout(Duration.ofSeconds(1)))
            .timeout(Duration.ofMillis(100))
            .build();
    try (Rapid rapid = Rapid.builder().function(silent).lazyInit(true).start()) {
      for (int i = 0; i < 2; i++) {
        InvokeResult result = rapid.invoke("silent", "{\"points\": []}".getBytes(UTF_8)).join();

        assertThat(result.errorType())
            .as(result + " " + result.payloadAsString())
            .isEqualTo("UDF.InfoFailed");
        assertThat(result.payloadAsString()).contains("1000 ms");
      }
    }
  }
}
