package dev.rapid.bootstrap.output;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputPipeTest {

  private static final long PATIENCE_SECONDS = 20;

  static Stream<OutputPipe> pipes() {
    return Stream.of(OutputPipe.create(), new ProcessStreamPipe());
  }

  @ParameterizedTest
  @MethodSource("pipes")
  void all_output_of_a_process_comes_through(OutputPipe pipe) throws Exception {
    RecordedOutput output = new RecordedOutput();

    Process process = start(pipe, "head -c 3000000 /dev/zero; echo out; echo err >&2");
    pipe.pump(output);

    assertThat(process.waitFor()).isZero();
    assertThat(output.size()).isEqualTo(3_000_000 + "out\nerr\n".length());
    assertThat(output.text()).endsWith("out\nerr\n");
    assertThat(pipe.mark(1)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("pipes")
  void output_is_on_its_way_while_the_listener_has_it_in_hand(OutputPipe pipe) throws Exception {
    CountDownLatch inHand = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Process process = start(pipe, "echo hello");

    CompletableFuture<Void> pump =
        pump(
            pipe,
            () -> {
              inHand.countDown();
              awaitUnchecked(release);
            });

    assertThat(inHand.await(PATIENCE_SECONDS, SECONDS)).isTrue();
    assertThat(pipe.mark(1)).isTrue();
    release.countDown();
    pump.get(PATIENCE_SECONDS, SECONDS);
    assertThat(pipe.mark(2)).isFalse();
    assertThat(process.waitFor()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @EnabledOnOs(OS.LINUX)
  void a_mark_is_reached_between_what_was_written_before_it_and_after(boolean framedLog)
      throws Exception {
    PollablePipe pipe = PollablePipe.open().orElseThrow();
    ProcessBuilder builder = new ProcessBuilder("true");
    pipe.attach(builder, false);
    if (framedLog) {
      assertThat(pipe.attachFramedLog(builder)).isTrue();
    }
    File name = Objects.requireNonNull(builder.redirectOutput().file());
    RecordedOutput received = new RecordedOutput();
    StringBuilder expected = new StringBuilder();
    CompletableFuture<Void> pump;
    try (FileOutputStream out = new FileOutputStream(name)) {
      pipe.opened(builder.start());
      out.write("before the pump".getBytes(US_ASCII));
      assertThat(pipe.mark(0)).isTrue();
      expected.append("before the pump<0>");
      pump = pump(pipe, received);

      for (int mark = 1; mark <= 20_000; mark++) {
        out.write('x');
        expected.append('x');
        if (mark % 7 == 0) {
          out.write(0xa5);
          expected.append('\ufffd');
        }
        if (pipe.mark(mark)) {
          expected.append('<').append(mark).append('>');
        } else {
          assertThat(received.inOrder()).hasSameSizeAs(expected);
          mark += 100;
        }
      }
    }
    pump.get(PATIENCE_SECONDS, SECONDS);

    assertThat(received.marks()).hasSizeGreaterThan(1);
    assertThat(received.inOrder()).isEqualTo(expected.toString());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void all_marks_are_reached_when_a_pipe_is_closed() throws Exception {
    PollablePipe pipe = PollablePipe.open().orElseThrow();
    Process process = start(pipe, "echo hello; exec sleep 1000");
    CountDownLatch inHand = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    RecordedOutput received = new RecordedOutput();
    CompletableFuture<Void> pump =
        pump(
            pipe,
            new OutputListener() {
              @Override
              public void output(byte[] bytes, int offset, int length) {
                inHand.countDown();
                awaitUnchecked(release);
              }

              @Override
              public void message(
                  byte[] bytes,
                  int offset,
                  int length,
                  long epochMicros,
                  @Nullable ApplicationLogLevel level) {}

              @Override
              public void reached(long mark) {
                received.reached(mark);
              }

              @Override
              public void ended() {}
            });
    assertThat(inHand.await(PATIENCE_SECONDS, SECONDS)).isTrue();
    assertThat(pipe.mark(1)).isTrue();

    pipe.close();
    release.countDown();

    pump.get(PATIENCE_SECONDS, SECONDS);
    assertThat(received.marks()).containsExactly(1L);
    assertThat(pipe.mark(2)).isFalse();
    process.destroyForcibly().waitFor();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_pipe_is_drained_when_all_was_handed_over_though_another_process_holds_it()
      throws Exception {
    PollablePipe pipe = PollablePipe.open().orElseThrow();
    RecordedOutput received = new RecordedOutput();
    Process process = start(pipe, "sleep 1000 & echo child $!; head -c 300000 /dev/zero");
    CompletableFuture<Void> pump = pump(pipe, received);
    assertThat(process.waitFor()).isZero();

    assertThat(pipe.awaitDrained(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();

    assertThat(received.size()).isGreaterThan(300_000);
    assertThat(pump).isNotDone();
    ProcessHandle.of(received.awaitNumber("child")).ifPresent(ProcessHandle::destroyForcibly);
    pump.get(PATIENCE_SECONDS, SECONDS);
    assertThat(pipe.awaitDrained(Duration.ofSeconds(PATIENCE_SECONDS))).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_frame_that_never_came_is_output() throws Exception {
    PollablePipe pipe = PollablePipe.open().orElseThrow();
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh", "-c", "echo out; exec >&-; printf '\\245\\132\\000\\003\\000' >&2");
    pipe.attach(builder, false);
    assertThat(pipe.attachFramedLog(builder)).isTrue();
    RecordedOutput received = new RecordedOutput();
    Process process = builder.start();
    pipe.opened(process);

    pipe.pump(received);

    assertThat(process.waitFor()).isZero();
    assertThat(received.size()).isEqualTo("out\n".length() + 5);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void the_framed_log_is_an_opening_of_its_own() throws Exception {
    PollablePipe pipe = PollablePipe.open().orElseThrow();
    ProcessBuilder builder = new ProcessBuilder("true");
    pipe.attach(builder, false);
    assertThat(pipe.attachFramedLog(builder)).isTrue();

    // Flags belong to an opening: Node makes that of stdout non-blocking.
    assertThat(builder.redirectErrorStream()).isFalse();
    assertThat(builder.redirectError()).isEqualTo(builder.redirectOutput());
    pipe.close();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_pump_can_be_ended_while_a_writer_is_left() throws Exception {
    PollablePipe pipe = PollablePipe.open().orElseThrow();
    Process process = start(pipe, "echo hello; exec sleep 1000");
    CountDownLatch pumping = new CountDownLatch(1);
    CompletableFuture<Void> pump = pump(pipe, pumping::countDown);
    assertThat(pumping.await(PATIENCE_SECONDS, SECONDS)).isTrue();

    pipe.close();

    pump.get(PATIENCE_SECONDS, SECONDS);
    process.destroyForcibly().waitFor();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closed_pipes_leave_no_descriptors_behind() throws Exception {
    String[] before = descriptors();

    for (int i = 0; i < 50; i++) {
      OutputPipe pipe = OutputPipe.create();
      Process process = start(pipe, "echo hello");
      pipe.pump(new RecordedOutput());
      assertThat(process.waitFor()).isZero();
      process.getOutputStream().close();
    }

    // Not exactly: the virtual machine opens and closes files of its own meanwhile.
    assertThat(descriptors()).hasSizeLessThan(before.length + 25);
  }

  private static String[] descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list());
  }

  private static Process start(OutputPipe pipe, String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    pipe.attach(builder, false);
    Process process = builder.start();
    pipe.opened(process);
    return process;
  }

  private static CompletableFuture<Void> pump(OutputPipe pipe, Runnable onBytes) {
    OutputListener listener =
        new OutputListener() {
          @Override
          public void output(byte[] bytes, int offset, int length) {
            onBytes.run();
          }

          @Override
          public void message(
              byte[] bytes,
              int offset,
              int length,
              long epochMicros,
              @Nullable ApplicationLogLevel level) {
            output(bytes, offset, length);
          }

          @Override
          public void ended() {}
        };
    return pump(pipe, listener);
  }

  private static CompletableFuture<Void> pump(OutputPipe pipe, OutputListener listener) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            pipe.pump(listener);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE_SECONDS, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
