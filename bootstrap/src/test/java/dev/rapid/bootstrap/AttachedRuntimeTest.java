package dev.rapid.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.process.ProcessName;
import org.junit.jupiter.api.Test;

class AttachedRuntimeTest {

  private static final ProcessName RUNTIME = ProcessName.runtime(3);

  private final AttachedRuntime runtime = new AttachedRuntime();
  private final RecordedLife life = new RecordedLife();

  @Test
  void a_runtime_of_the_user_counts_as_started_at_once() {
    runtime.start(RUNTIME, life);

    assertThat(life.events()).containsExactly("started runtime-3");
  }

  @Test
  void a_runtime_of_the_user_counts_as_gone_when_it_is_stopped() {
    runtime.stop(3, life);

    assertThat(life.events()).containsExactly("gone 3");
    assertThat(runtime.peakMemoryBytes(3)).isZero();
  }

  @Test
  void a_runtime_of_the_user_is_not_signalled_and_has_no_extensions() {
    runtime.start(RUNTIME, life);

    runtime.terminate(RUNTIME);
    runtime.kill(RUNTIME);

    assertThat(life.events()).containsExactly("started runtime-3");
    assertThat(runtime.findExtensions()).isEmpty();
  }
}
