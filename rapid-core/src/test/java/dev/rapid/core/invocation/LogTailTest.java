package dev.rapid.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
  void no_character_is_cut_in_two() {
    for (String character : new String[] {"\u00e9", "\u20ac", "\ud83d\ude00"}) {
      int size = character.getBytes(StandardCharsets.UTF_8).length;
      for (int more = 0; more < size; more++) {
        LogTail cut = new LogTail(() -> {});
        byte[] bytes =
            (character.repeat(LogTail.BYTES) + "x".repeat(more)).getBytes(StandardCharsets.UTF_8);
        cut.append(bytes, 0, bytes.length);

        assertThat(new String(cut.bytes(), StandardCharsets.UTF_8))
            .isEqualTo(character.repeat((LogTail.BYTES - more) / size) + "x".repeat(more));
      }
    }
  }

  @Test
  void what_is_no_text_is_cut_all_the_same() {
    byte[] bytes = new byte[2 * LogTail.BYTES];
    Arrays.fill(bytes, (byte) 0x80);
    tail.append(bytes, 0, bytes.length);

    assertThat(tail.bytes()).hasSizeBetween(LogTail.BYTES - 3, LogTail.BYTES);
  }

  @Test
  void whole_lines_begin_and_end_with_a_line() {
    append("open");
    lines("one");
    lines("two\n");
    lines("");
    append("rest");
    tail.endLine();
    tail.endLine();

    assertThat(text()).isEqualTo("open\none\ntwo\n\nrest\n");
  }

  private void lines(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tail.appendLines(bytes, 0, bytes.length);
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
