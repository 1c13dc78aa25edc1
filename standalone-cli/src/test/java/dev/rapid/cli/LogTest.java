package dev.rapid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.cli.config.LogLevel;
import dev.rapid.telemetry.log.LineWriter;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LogTest {

  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private final CountDownLatch reading = new CountDownLatch(1);

  /** A stderr whose reader begins late. */
  private final OutputStream stderr =
      new OutputStream() {
        @Override
        public void write(int b) {
          throw new AssertionError("single bytes are slow");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
          try {
            reading.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          read.write(bytes, offset, length);
        }
      };

  @Test
  void a_message_has_its_level_before_it_unless_it_is_information() {
    reading.countDown();
    Log.configure(LogLevel.INFO, Log.writer(stderr));

    Log.info("it works");
    Log.warn("it hardly works");
    Log.log(LogLevel.DEBUG, "it is boring", null);
    Log.close();

    assertThat(read.toString(UTF_8)).isEqualTo("rapid: it works\nrapid: warn: it hardly works\n");
  }

  @Test
  void nobody_waits_for_the_reader_of_stderr_and_what_it_misses_is_counted() {
    Log.configure(LogLevel.INFO, Log.writer(stderr));
    String message = "x".repeat(1000);
    int more = 2 * LineWriter.DEFAULT_CAPACITY_BYTES / message.length();

    for (int i = 0; i < more; i++) {
      Log.error(message);
    }
    reading.countDown();
    Log.close();

    assertThat(read.toString(UTF_8).lines().filter(line -> line.endsWith("x")).count())
        .isBetween(1L, more - 1L);
    assertThat(read.toString(UTF_8).lines().reduce("", (before, last) -> last))
        .matches(
            "rapid: warn: \\d+ lines \\(\\d+ bytes\\) of the log were dropped:"
                + " the reader of stderr is slower than the log");
  }
}
