package dev.rapid.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many connections there may be. */
final class DescriptorsTest {

  @ParameterizedTest
  @CsvSource({"1024, 50", "256, 60", "20000, 100"})
  void four_listeners_leave_descriptors_for_processes(long limit, long open) {
    int connections = Descriptors.maxConnections(limit, open);

    assertThat(open + 4L * connections).isBetween(limit / 2, limit - 60L);
  }

  @Test
  void some_connections_are_always_allowed() {
    assertThat(Descriptors.maxConnections(64, 64)).isEqualTo(8);
  }

  @Test
  void a_limit_that_does_not_limit_is_none() {
    assertThat(Descriptors.maxConnections(1L << 60, 60)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void this_process_may_have_connections() {
    assertThat(Descriptors.maxConnections()).isGreaterThanOrEqualTo(8);
  }
}
