package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Long bodies through a worker, and callers that are slower than it. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class StreamsTest {

  private static final long GIBIBYTE = 1L << 30;
  private static final long LONG = 256L << 20;
  private static final long GROWTH = 32L << 20;

  /** Bytes 0 to 250, again and again, for every beginning of a frame. */
  private static final byte[] PATTERN = pattern(FnCall.FRAME + 251);

  @TempDir Path directory;

  private FnRapid runner;

  @BeforeEach
  void start() {
    runner =
        FnRapid.ofTinyWorker(
            directory, "limits: {requestBytes: 2147483648, responseBytes: 2147483648}");
    for (int i = 0; i < 200; i++) {
      runner.call(CallJson.to("worker").doing("length 200000"), "x".repeat(50_000));
    }
  }

  @AfterEach
  void end() {
    runner.close();
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  private static String hashOfPattern(long length) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (long done = 0; done < length; ) {
      int size = (int) Math.min(FnCall.FRAME, length - done);
      digest.update(PATTERN, (int) (done % 251), size);
      done += size;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private long residentBytes() {
    try {
      return Files.readAllLines(Path.of("/proc", "" + runner.rapid().pid(), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CallJson json(String what) {
    return CallJson.to("worker").doing(what).timeout(300);
  }

  @Test
  void a_gibibyte_reaches_the_worker_without_filling_memory() throws Exception {
    long before = residentBytes();
    long most = before;
    FnCall call = runner.open().tryCall(json("sink"));
    for (long sent = 0; sent < GIBIBYTE && call.awaitReady(); ) {
      int size = (int) Math.min(FnCall.FRAME, GIBIBYTE - sent);
      call.data(PATTERN, (int) (sent % 251), size);
      sent += size;
      if (sent % (64L << 20) < FnCall.FRAME) {
        most = Math.max(most, residentBytes());
      }
    }
    call.eof();

    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.text()).isEqualTo(GIBIBYTE + " " + hashOfPattern(GIBIBYTE));
    assertThat(most - before).as("growth from %s", before).isLessThan(GROWTH);
  }

  @Test
  void a_gibibyte_of_a_worker_reaches_the_caller_without_filling_memory() throws Exception {
    long before = residentBytes();
    long most = before;
    FnCall call = runner.openUnread();
    call.request(1);
    call.send(json("generate " + GIBIBYTE + " " + directory.resolve("progress")), new byte[0]);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    long length = 0;
    RunnerMessage last = null;
    for (RunnerMessage next = call.take(); next != null; next = call.take()) {
      last = next;
      if (next instanceof RunnerMessage.Data data) {
        digest.update(data.bytes());
        length += data.bytes().length;
        if (length % (64L << 20) < data.bytes().length) {
          most = Math.max(most, residentBytes());
        }
      }
      call.request(1);
    }

    assertThat(last)
        .isInstanceOfSatisfying(
            RunnerMessage.Finished.class, end -> assertThat(end.success()).as("%s", end).isTrue());
    assertThat(length).isEqualTo(GIBIBYTE);
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(hashOfPattern(GIBIBYTE));
    assertThat(most - before).as("growth from %s", before).isLessThan(GROWTH);
  }

  private static long written(Path progress) {
    String text = Files.exists(progress) ? TinyWorker.read(progress) : "";
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  /** Waits until the number in a file stays as it is, and returns it. */
  private static long awaitStill(Path progress) {
    await().atMost(Rapid.PATIENCE).until(() -> written(progress) > 0);
    long[] last = {-1};
    await()
        .atMost(Rapid.PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> {
          long now = written(progress);
          boolean still = now == last[0];
          last[0] = now;
          return still;
        });
    return last[0];
  }

  @Test
  void a_caller_that_stops_reading_stops_the_writing_of_the_worker() {
    Path progress = directory.resolve("progress");
    long before = residentBytes();
    FnCall call = runner.openUnread();
    call.request(2);
    call.send(json("generate " + LONG + " " + progress), new byte[0]);

    assertThat(awaitStill(progress)).as("written to nobody").isLessThan(16L << 20);
    assertThat(residentBytes() - before).isLessThan(GROWTH);
    assertThat(readRest(call)).isEqualTo(LONG);
  }

  /** Reads a successful answer to its end and returns its length. */
  private static long readRest(FnCall call) {
    long length = 0;
    RunnerMessage last = null;
    for (RunnerMessage next = call.take(); next != null; next = call.take()) {
      length += next instanceof RunnerMessage.Data data ? data.bytes().length : 0;
      last = next;
      call.request(1);
    }
    assertThat(last)
        .isInstanceOfSatisfying(
            RunnerMessage.Finished.class, end -> assertThat(end.success()).as("%s", end).isTrue());
    return length;
  }

  @Test
  void a_worker_that_does_not_read_stops_the_sending_of_its_caller() {
    Path hold = directory.resolve("hold");
    long before = residentBytes();
    FnCall call = runner.open().tryCall(json("sink-later " + hold));
    TinyWorker.awaitHeld(hold);
    long sent = 0;
    while (sent < LONG && isReadySoon(call)) {
      call.data(PATTERN, (int) (sent % 251), FnCall.FRAME);
      sent += FnCall.FRAME;
    }

    assertThat(sent).as("taken for a worker that does not read").isLessThan(16L << 20);
    assertThat(residentBytes() - before).isLessThan(GROWTH);
    TinyWorker.release(hold);
    call.eof();
    assertThat(call.sequence()).isEqualTo("start 200, data, finished | OK");
    assertThat(call.text()).startsWith(sent + " ");
  }

  private static boolean isReadySoon(FnCall call) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (!call.isReady() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    return call.isReady();
  }

  @Test
  void a_cancelled_stream_ends_the_writing_of_the_worker() {
    Path progress = directory.resolve("progress");
    FnCall call = runner.openUnread();
    call.request(2);
    call.send(json("generate " + LONG + " " + progress), new byte[0]);
    awaitStill(progress);

    call.cancel();

    await()
        .atMost(Rapid.PATIENCE)
        .untilAsserted(() -> assertThat(runner.status().active()).isZero());
    assertThat(written(progress)).isLessThan(LONG);
    assertThat(runner.call(json("ok")).text()).isEqualTo("ok");
  }
}
