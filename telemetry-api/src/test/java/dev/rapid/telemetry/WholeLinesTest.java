package dev.rapid.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The output of one of several processes. */
final class WholeLinesTest {

  private final List<String> passedOn = new ArrayList<>();
  private final WholeLines lines =
      new WholeLines(
          new OutputListener() {
            @Override
            public void output(byte[] bytes, int offset, int length) {
              passedOn.add(new String(bytes, offset, length, UTF_8));
            }

            @Override
            public void message(
                byte[] bytes,
                int offset,
                int length,
                long epochMicros,
                @Nullable ApplicationLogLevel level) {
              passedOn.add("message " + new String(bytes, offset, length, UTF_8));
            }

            @Override
            public void ended() {
              passedOn.add("the end");
            }
          });

  private void print(String text) {
    byte[] bytes = ("?" + text).getBytes(UTF_8);
    lines.output(bytes, 1, bytes.length - 1);
  }

  @Test
  void a_line_is_passed_on_when_it_is_whole() {
    print("one, ");
    assertThat(passedOn).isEmpty();
    print("two\nthree");
    assertThat(passedOn).containsExactly("one, two\n");
    print("\n\nfour\n");
    assertThat(passedOn).containsExactly("one, two\n", "three\n\nfour\n");
  }

  @Test
  void the_last_line_is_ended_when_the_process_ends() {
    print("last words");

    lines.ended();

    assertThat(passedOn).containsExactly("last words\n", "the end");
  }

  @Test
  void nothing_is_added_to_output_that_ended_well() {
    print("bye\n");

    lines.ended();

    assertThat(passedOn).containsExactly("bye\n", "the end");
  }

  @Test
  void a_message_is_whole_and_does_not_wait_for_a_line() {
    print("begun");

    lines.message("two\nlines".getBytes(UTF_8), 0, 9, OutputListener.NO_TIME, null);

    assertThat(passedOn).containsExactly("message two\nlines");
  }

  @Test
  void a_line_without_an_end_does_not_fill_the_memory() {
    print("x".repeat(WholeLines.LONGEST_LINE));
    assertThat(passedOn).isEmpty();
    print("x");

    assertThat(passedOn).hasSize(1);
  }
}
