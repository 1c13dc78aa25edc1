package dev.rapid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.telemetry.log.LineWriter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class LinesOutputStreamTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final LineWriter writer = Log.writer(written);
  private final PrintStream stream = new PrintStream(new LinesOutputStream(writer), true, UTF_8);

  @Test
  void pieces_are_put_together_to_lines() {
    stream.print("one ");
    stream.println("größe");
    stream.print("never ended");
    writer.close();

    assertThat(written.toString(UTF_8)).isEqualTo("one größe" + System.lineSeparator());
  }

  @Test
  void a_line_without_an_end_takes_no_more_memory_than_the_longest() {
    stream.print("x".repeat(LinesOutputStream.MAX_LINE_BYTES + 1));
    writer.close();

    assertThat(written.toString(UTF_8))
        .isEqualTo("x".repeat(LinesOutputStream.MAX_LINE_BYTES) + "\n");
  }
}
