package dev.rapid.fnrunner.server;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.StreamedPayload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a worker gets of a streamed body. */
final class ReceivedBody implements StreamedPayload.Receiver {

  /** How it ended. */
  enum End {
    NOT_YET,
    COMPLETE,
    TRUNCATED
  }

  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final List<Payload> held = new ArrayList<>();
  private boolean holding;
  private int pieces;
  private End end = End.NOT_YET;

  private ReceivedBody(boolean holding) {
    this.holding = holding;
  }

  /** Begins to read the body of an invocation. */
  ReceivedBody(Invocation invocation) {
    this(false);
    ((StreamedPayload) invocation.payload()).passTo(this);
  }

  /** Gets the body of an invocation, and releases nothing of it. */
  static ReceivedBody holding(Invocation invocation) {
    ReceivedBody body = new ReceivedBody(true);
    ((StreamedPayload) invocation.payload()).passTo(body);
    return body;
  }

  @Override
  public void write(Payload bytes) {
    synchronized (this) {
      received.writeBytes(bytes.toByteArray());
      pieces++;
      if (holding) {
        held.add(bytes);
        return;
      }
    }
    bytes.release();
  }

  @Override
  public synchronized void complete() {
    end = End.COMPLETE;
  }

  @Override
  public synchronized void truncated() {
    end = End.TRUNCATED;
  }

  /** Reads from now on. */
  void releaseAll() {
    List<Payload> all;
    synchronized (this) {
      holding = false;
      all = List.copyOf(held);
      held.clear();
    }
    all.forEach(Payload::release);
  }

  synchronized String text() {
    return received.toString(StandardCharsets.UTF_8);
  }

  synchronized long bytes() {
    return received.size();
  }

  synchronized int pieces() {
    return pieces;
  }

  synchronized End end() {
    return end;
  }
}
