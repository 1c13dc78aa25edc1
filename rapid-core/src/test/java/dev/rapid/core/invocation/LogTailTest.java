package dev.rapid.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LogTailTest {

  private final AtomicInteger ends = new AtomicInteger();
  private final LogTail tail = new LogTail(ends::incrementAndGet);

  private void append(String text) {
    byte[] bytes = ("__" + text + "__").getBytes(StandardCharsets.UTF_8);
    tail.append(bytes, 2, bytes.length - 4);
  }

  private String text() {
    return new String(tail.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void a_short_log_is_kept_as_a_whole() {
    append("one ");
    append("");
    append("two");

    assertThat(text()).isEqualTo("one two");
  }

  @Test
  void of_a_long_log_the_last_bytes_are_kept() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      append(i + " ");
      all.append(i).append(' ');
    }

    assertThat(text()).isEqualTo(all.substring(all.length() - LogTail.BYTES));
  }

  @Test
  void of_a_piece_that_is_too_long_the_last_bytes_are_kept() {
    append("begin");
    append("x".repeat(5000) + "end");

    assertThat(text()).isEqualTo("x".repeat(LogTail.BYTES - 3) + "end");
  }

  @Test
  void its_end_is_told_once_and_nothing_is_taken_afterwards() {
    append("one");
    tail.end();
    tail.end();
    append("two");

    assertThat(ends).hasValue(1);
    assertThat(text()).isEqualTo("one");
  }
}
