package dev.rapid.telemetry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LineWriterTest {

  private static final LineWriter.LossReport LOSS =
      (lines, bytes) -> ("lost " + lines + " lines, " + bytes + " bytes\n").getBytes(UTF_8);

  @Test
  void output_and_lines_appear_in_the_order_in_which_they_came() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineWriter writer = LineWriter.to(out, LOSS);

    lines(writer, "START\n");
    output(writer, "hello\n");
    lines(writer, "END\n");
    writer.close();

    assertThat(out.toString(UTF_8)).isEqualTo("START\nhello\nEND\n");
  }

  @Test
  void a_begun_line_of_output_is_ended_before_a_platform_line() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineWriter writer = LineWriter.to(out, LOSS);

    output(writer, "no newline");
    lines(writer, "END\n");
    output(writer, "again");
    writer.close();

    assertThat(out.toString(UTF_8)).isEqualTo("no newline\nEND\nagain");
  }

  @Test
  void a_message_has_lines_of_its_own_also_if_it_does_not_fit_at_once() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineWriter writer = LineWriter.to(out, 1024, LOSS);
    String large = "0123456789abcde\n".repeat(1000) + "rest";

    output(writer, "begun");
    message(writer, "two\nlines\n");
    message(writer, large);
    message(writer, "");
    output(writer, "again");
    writer.close();

    assertThat(out.toString(UTF_8)).isEqualTo("begun\ntwo\nlines\n" + large + "\n\nagain");
  }

  @Test
  void what_comes_after_a_pause_is_written_at_once_and_before_a_newline() throws Exception {
    Gate gate = new Gate();
    LineWriter writer = LineWriter.to(gate, LOSS);

    output(writer, "Password: ");

    gate.opened.release();
    gate.written.acquire();
    assertThat(gate.text()).isEqualTo("Password: ");
    gate.opened.release(100);
    writer.close();
  }

  @Test
  void lines_that_come_during_a_write_are_written_together() throws Exception {
    Gate gate = new Gate();
    LineWriter writer = LineWriter.to(gate, LOSS);
    lines(writer, "first\n");
    gate.entered.acquire();

    for (int i = 0; i < 1000; i++) {
      lines(writer, "more\n");
    }

    gate.opened.release(2);
    gate.written.acquire(2);
    assertThat(gate.text()).isEqualTo("first\n" + "more\n".repeat(1000));
    gate.opened.release(100);
    writer.close();
  }

  @Test
  void output_waits_while_the_buffer_is_full_and_loses_nothing() throws Exception {
    Gate gate = new Gate();
    LineWriter writer = LineWriter.to(gate, 1024, LOSS);
    String text = "0123456789abcde\n".repeat(1000);
    CountDownLatch done = new CountDownLatch(1);
    Thread pump =
        Thread.ofPlatform()
            .start(() -> {
              output(writer, text);
              done.countDown();
            });

    gate.entered.acquire();
    while (pump.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(done.getCount()).isEqualTo(1);

    gate.opened.release(1_000_000);
    done.await();
    writer.close();
    assertThat(gate.text()).isEqualTo(text);
  }

  @Test
  void platform_lines_have_room_when_output_has_none() throws Exception {
    Gate gate = new Gate();
    LineWriter writer = LineWriter.to(gate, 1024, LOSS);
    Thread pump = Thread.ofPlatform().start(() -> output(writer, "x".repeat(2000)));
    gate.entered.acquire();
    while (pump.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }

    boolean taken = lines(writer, "END\n");

    assertThat(taken).isTrue();
    gate.opened.release(1_000_000);
    pump.join();
    writer.close();
    assertThat(gate.text()).contains("\nEND\n");
  }

  @Test
  void platform_lines_without_room_are_dropped_and_one_line_tells_how_many() throws Exception {
    Gate gate = new Gate();
    LineWriter writer = LineWriter.to(gate, 1024, LOSS);
    lines(writer, "first\n");
    gate.entered.acquire();
    lines(writer, "x".repeat(1010) + "\n");

    boolean taken = lines(writer, "one\ntwo\n") || lines(writer, "three\n");

    assertThat(taken).isFalse();
    gate.opened.release(1_000_000);
    writer.close();
    assertThat(gate.text()).isEqualTo("first\n" + "x".repeat(1010) + "\nlost 3 lines, 14 bytes\n");
  }

  @Test
  void a_broken_stream_stops_nobody() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    CountDownLatch tried = new CountDownLatch(1);
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            broken.set(true);
            tried.countDown();
            throw new IOException("Broken pipe");
          }
        };
    LineWriter writer = LineWriter.to(out, 1024, LOSS);
    output(writer, "x");
    tried.await();

    output(writer, "y".repeat(100_000));
    writer.close();

    assertThat(broken).isTrue();
  }

  @Test
  void a_stream_that_fails_is_told_once_and_the_lines_that_it_misses_are_counted()
      throws Exception {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    List<String> failures = new CopyOnWriteArrayList<>();
    CountDownLatch told = new CountDownLatch(1);
    LineWriter writer =
        LineWriter.to(
            full,
            LOSS,
            e -> {
              failures.add(e.getMessage());
              told.countDown();
            });

    lines(writer, "one\ntwo\n");
    told.await();
    lines(writer, "three\n");
    writer.close();

    assertThat(failures).containsExactly("No space left on device");
    assertThat(writer.discardedLines()).isEqualTo(3);
  }

  @Test
  void lines_that_were_still_waiting_at_the_end_count_as_discarded() throws Exception {
    Gate gate = new Gate();
    LineWriter writer = LineWriter.to(gate, LOSS);
    lines(writer, "one\n");
    gate.entered.acquire();
    lines(writer, "two\nthree\n");

    writer.close();

    assertThat(writer.discardedLines()).isEqualTo(3);
    gate.opened.release(1_000_000);
  }

  @Test
  void closing_frees_those_who_wait_for_room() throws Exception {
    Gate gate = new Gate();
    LineWriter writer = LineWriter.to(gate, 1024, LOSS);
    Thread pump = Thread.ofPlatform().start(() -> output(writer, "x".repeat(5000)));
    gate.entered.acquire();

    writer.close();

    pump.join();
    assertThat(lines(writer, "late\n")).isFalse();
    gate.opened.release(1_000_000);
  }

  @Test
  void a_capacity_that_holds_no_line_is_refused() {
    assertThatThrownBy(() -> LineWriter.to(OutputStream.nullOutputStream(), 10, LOSS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the capacity is 10 bytes, less than 1024");
  }

  private static void message(LineWriter writer, String text) {
    byte[] bytes = ("?" + text).getBytes(UTF_8);
    writer.message(bytes, 1, bytes.length - 1);
  }

  private static void output(LineWriter writer, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    writer.output(bytes, 0, bytes.length);
  }

  private static boolean lines(LineWriter writer, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return writer.lines(bytes, 0, bytes.length);
  }

  /** A stream whose writes wait until they are let through. */
  private static final class Gate extends OutputStream {

    private final Semaphore entered = new Semaphore(0);
    private final Semaphore opened = new Semaphore(0);
    private final Semaphore written = new Semaphore(0);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      throw new AssertionError("single bytes are slow");
    }

    @Override
    public void write(byte[] b, int offset, int length) {
      entered.release();
      opened.acquireUninterruptibly();
      synchronized (bytes) {
        bytes.write(b, offset, length);
      }
      written.release();
    }

    String text() {
      synchronized (bytes) {
        return bytes.toString(UTF_8);
      }
    }
  }
}
