package dev.rapid.fnfdk.http;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A caller of whom the test says when it takes what has come. */
final class StreamCaller implements StreamingSink {

  private static final int KEPT_TEXT = 1_000;

  // All guarded by this.
  private final Queue<Payload> waiting = new ArrayDeque<>();
  private final StringBuilder text = new StringBuilder();
  private boolean takes = true;
  private long received;
  private long untaken;
  private @Nullable ResponseHead head;
  private @Nullable ResponseSource source;
  private @Nullable Outcome outcome;

  @Override
  public synchronized void begin(ResponseHead responseHead, ResponseSource from) {
    head = responseHead;
    source = from;
  }

  @Override
  public void write(Payload bytes) {
    synchronized (this) {
      received += bytes.size();
      if (text.length() < KEPT_TEXT) {
        text.append(new String(bytes.toByteArray(), StandardCharsets.UTF_8));
      }
      if (!takes) {
        untaken += bytes.size();
        waiting.add(bytes);
        return;
      }
    }
    bytes.release();
  }

  @Override
  public synchronized void complete(Outcome result) {
    if (outcome != null) {
      throw new AssertionError("a second outcome: " + result);
    }
    outcome = result;
  }

  synchronized void takeNothing() {
    takes = false;
  }

  void takeAll() {
    Queue<Payload> all;
    synchronized (this) {
      takes = true;
      untaken = 0;
      all = new ArrayDeque<>(waiting);
      waiting.clear();
    }
    all.forEach(Payload::release);
  }

  synchronized long received() {
    return received;
  }

  synchronized long untaken() {
    return untaken;
  }

  synchronized @Nullable Outcome outcome() {
    return outcome;
  }

  synchronized ResponseHead head() {
    if (head == null) {
      throw new AssertionError("the answer has not begun");
    }
    return head;
  }

  synchronized ResponseSource source() {
    if (source == null) {
      throw new AssertionError("the answer has not begun");
    }
    return source;
  }

  void awaitText(String expected) {
    FdkBench.eventually(() -> {
      synchronized (this) {
        return text.toString().equals(expected);
      }
    });
  }
}
