package dev.rapid.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AttachedRuntimeTest {

  private final AttachedRuntime runtime = new AttachedRuntime();
  private final RecordedLife life = new RecordedLife();

  @Test
  void a_runtime_of_the_user_counts_as_started_at_once() {
    runtime.startRuntime(3, life);

    assertThat(life.events()).containsExactly("started 3");
  }

  @Test
  void a_runtime_of_the_user_counts_as_gone_when_it_is_stopped() {
    runtime.stop(3, life);

    assertThat(life.events()).containsExactly("gone 3");
    assertThat(runtime.peakMemoryBytes(3)).isZero();
  }
}
