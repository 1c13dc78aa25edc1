package dev.rapid.bootstrap.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {

  private final AtomicLong now = new AtomicLong();
  private final AtomicLong size = new AtomicLong();
  private final PeakMemory memory = new PeakMemory(size::get, now::get);

  @Test
  void a_new_measurement_is_taken_only_after_the_interval() {
    size.set(10);
    assertThat(memory.bytes()).isEqualTo(10);

    size.set(20);
    now.set(PeakMemory.INTERVAL.toNanos() - 1);
    assertThat(memory.bytes()).isEqualTo(10);

    now.set(PeakMemory.INTERVAL.toNanos());
    assertThat(memory.bytes()).isEqualTo(20);
  }

  @Test
  void the_highest_value_stays_when_processes_have_ended() {
    size.set(30);
    assertThat(memory.bytes()).isEqualTo(30);

    size.set(0);
    now.set(PeakMemory.INTERVAL.toNanos());
    assertThat(memory.bytes()).isEqualTo(30);
  }
}
