package dev.rapid.core.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A writer without threads that copies a body to a target in virtual time, in reads of a given
 * length.
 */
final class PacedCopy {

  /** What the caller's connection does with a write. */
  interface Target {
    /** Returns how many bytes it takes, negative for that many and a failure. */
    int write(int bytes);
  }

  /** One write and when it happened. */
  record Write(Duration at, int bytes) {}

  private static final Target NORMAL = bytes -> bytes;

  final List<Write> writes = new ArrayList<>();
  private final VirtualTime time;
  private final Pacer pacer;
  private final Target target;
  private final int readBytes;
  private final Duration begin;
  private long left;
  private int current;
  private @Nullable StreamMetrics metrics;
  private Duration lasted = Duration.ZERO;

  private PacedCopy(ResponseShaper shaper, long body, int readBytes, Target target) {
    this.time = new VirtualTime();
    this.begin = time.elapsed();
    this.pacer = new Pacer(shaper, time, time);
    this.left = body;
    this.readBytes = readBytes;
    this.target = target;
  }

  /** Copies {@code body} bytes in reads of 32 KiB, as the contract's sender does. */
  static PacedCopy of(ShapingRates rates, long body) {
    return of(ResponseShaper.of(rates), body, 32 * 1024, NORMAL);
  }

  static PacedCopy of(ResponseShaper shaper, int body) {
    return of(shaper, body, body, NORMAL);
  }

  static PacedCopy of(ResponseShaper shaper, long body, int readBytes, Target target) {
    PacedCopy copy = new PacedCopy(shaper, body, readBytes, target);
    copy.run();
    boolean more;
    do {
      more = copy.time.advance();
    } while (more);
    return copy;
  }

  private void run() {
    while (left > 0 || current > 0) {
      if (current == 0) {
        current = (int) Math.min(left, readBytes);
        left -= current;
      }
      int admitted = pacer.admit(current, this::run);
      if (admitted == 0) {
        return;
      }
      int written = target.write(admitted);
      writes.add(new Write(time.elapsed().minus(begin), Math.abs(written)));
      pacer.produced(Math.abs(written));
      current -= admitted;
      if (written != admitted) {
        left = 0;
        current = 0;
      }
    }
    assertThat(metrics).as("the copy ends once").isNull();
    metrics = pacer.metrics();
    lasted = time.elapsed().minus(begin);
  }

  StreamMetrics metrics() {
    StreamMetrics ended = metrics;
    if (ended == null) {
      throw new AssertionError("the copy has not ended");
    }
    return ended;
  }

  Duration lasted() {
    return lasted;
  }

  /** Returns how many bytes were written up to a moment. */
  long writtenUntil(Duration moment) {
    return writes.stream()
        .filter(write -> write.at().compareTo(moment) <= 0)
        .mapToLong(Write::bytes)
        .sum();
  }
}
