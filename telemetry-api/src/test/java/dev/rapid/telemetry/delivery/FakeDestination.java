package dev.rapid.telemetry.delivery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what was sent; the test decides what becomes of it. */
final class FakeDestination implements Destination {

  private final List<String> attempts = new ArrayList<>();
  private @Nullable Outcome underWay;
  private boolean obliging;
  private boolean closed;

  /** Takes everything at once from now on. */
  FakeDestination obliging() {
    obliging = true;
    return this;
  }

  @Override
  public Framing framing() {
    return Framing.LINES;
  }

  @Override
  public void send(Batch batch, Outcome outcome) {
    if (closed) {
      throw new AssertionError("a batch after the end");
    }
    if (underWay != null) {
      throw new AssertionError("two batches at once");
    }
    attempts.add(textOf(batch));
    if (obliging) {
      outcome.delivered();
    } else {
      underWay = outcome;
    }
  }

  @Override
  public void close() {
    closed = true;
    underWay = null;
  }

  boolean isClosed() {
    return closed;
  }

  boolean isBusy() {
    return underWay != null;
  }

  void deliver() {
    take().delivered();
  }

  @Override
  public String toString() {
    return "http://127.0.0.1:4243";
  }

  void refuse(int status) {
    take().refused(status);
  }

  void fail() {
    take().failed();
  }

  private Outcome take() {
    Outcome outcome = underWay;
    if (outcome == null) {
      throw new AssertionError("nothing is under way");
    }
    underWay = null;
    return outcome;
  }

  /** Returns every batch that was sent, each attempt, as text. */
  List<String> attempts() {
    return attempts;
  }

  /** Returns the records of all attempts. */
  List<String> records() {
    return attempts.stream().flatMap(String::lines).toList();
  }

  static String textOf(Batch batch) {
    StringBuilder text = new StringBuilder();
    for (ByteBuffer buffer : batch.body()) {
      text.append(StandardCharsets.UTF_8.decode(buffer));
    }
    return text.toString();
  }
}
