package dev.rapid.bootstrap;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
    assertThat(pipe.pending()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("pipes")
  void output_is_pending_while_the_listener_has_it_in_hand(OutputPipe pipe) throws Exception {
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
    assertThat(pipe.pending()).isTrue();
    release.countDown();
    pump.get(PATIENCE_SECONDS, SECONDS);
    assertThat(pipe.pending()).isFalse();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whoever_sees_nothing_pending_knows_that_all_was_handed_over() throws Exception {
    PollablePipe pipe = PollablePipe.open().orElseThrow();
    AtomicLong received = new AtomicLong();
    ProcessBuilder builder = new ProcessBuilder("true");
    pipe.attach(builder);
    File name = Objects.requireNonNull(builder.redirectOutput().file());
    try (FileOutputStream out = new FileOutputStream(name)) {
      CompletableFuture<Void> pump = pump(pipe, received::incrementAndGet);

      for (int written = 1; written <= 20_000; written++) {
        out.write('x');
        while (pipe.pending()) {
          Thread.onSpinWait();
        }
        assertThat(received.get()).isEqualTo(written);
      }

      pipe.close();
      pump.get(PATIENCE_SECONDS, SECONDS);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void what_is_pending_in_the_framed_log_counts_as_well() throws Exception {
    PollablePipe pipe = PollablePipe.open().orElseThrow();
    ProcessBuilder builder = new ProcessBuilder("true");
    pipe.attach(builder);
    assertThat(pipe.attachFramedLog(builder)).isTrue();
    File output = Objects.requireNonNull(builder.redirectOutput().file());
    File framedLog = Objects.requireNonNull(builder.redirectError().file());
    byte[] frame = {(byte) 0xa5, 0x5a, 0, 1, 0, 0, 0, 1, 'x'};
    RecordedOutput received = new RecordedOutput();
    try (FileOutputStream out = new FileOutputStream(output);
        FileOutputStream framed = new FileOutputStream(framedLog)) {
      CompletableFuture<Void> pump = pump(pipe, received);

      for (int written = 1; written <= 5_000; written++) {
        framed.write(frame);
        out.write('x');
        while (pipe.pending()) {
          Thread.onSpinWait();
        }
        assertThat(received.size()).isEqualTo(written);
        assertThat(received.messageCount()).isEqualTo(written);
      }

      pipe.close();
      pump.get(PATIENCE_SECONDS, SECONDS);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void the_pump_ends_when_both_pipes_have_ended() throws Exception {
    PollablePipe pipe = PollablePipe.open().orElseThrow();
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh", "-c", "echo out; exec >&-; printf '\\245\\132\\000\\003\\000' >&2");
    pipe.attach(builder);
    assertThat(pipe.attachFramedLog(builder)).isTrue();
    RecordedOutput received = new RecordedOutput();
    Process process = builder.start();
    pipe.opened(process);

    pipe.pump(received);

    assertThat(process.waitFor()).isZero();
    // With the frame that never came.
    assertThat(received.size()).isEqualTo("out\n".length() + 5);
    assertThat(pipe.pending()).isFalse();
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
    pipe.attach(builder);
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
