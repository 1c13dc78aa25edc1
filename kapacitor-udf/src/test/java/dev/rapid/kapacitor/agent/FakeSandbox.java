package dev.rapid.kapacitor.agent;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.Functions;
import dev.rapid.kapacitor.UdfSandbox;
import dev.rapid.kapacitor.UdfSnapshot;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A sandbox whose function is the test. */
final class FakeSandbox implements UdfSandbox {

  private final BlockingQueue<Invocation> invocations = new LinkedBlockingQueue<>();
  private final BlockingQueue<Invocation> cancelled = new LinkedBlockingQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();

  /** What init, snapshots and restores give. */
  volatile CompletableFuture<@Nullable String> init = CompletableFuture.completedFuture(null);

  volatile CompletableFuture<UdfSnapshot> snapshot =
      CompletableFuture.failedFuture(new IllegalStateException("no snapshot"));
  volatile CompletableFuture<@Nullable String> restore = CompletableFuture.completedFuture(null);
  volatile @Nullable UdfSnapshot restored;

  /** Answers invocations at once, instead of {@link #next}; null to wait for the test. */
  volatile @Nullable Function<String, String> function;

  @Override
  public FunctionDescription description() {
    return Functions.aFunction();
  }

  @Override
  public String arn() {
    return Functions.aFunction().identity().arn();
  }

  @Override
  public CompletableFuture<@Nullable String> initialise() {
    return init;
  }

  @Override
  public void invoke(Invocation invocation) {
    if (running.incrementAndGet() > 1) {
      throw new AssertionError("a second invocation at once");
    }
    Function<String, String> answers = function;
    if (answers == null) {
      invocations.add(invocation);
    } else {
      returns(invocation, answers.apply(textOf(invocation)));
    }
  }

  @Override
  public void cancel(Invocation invocation) {
    cancelled.add(invocation);
  }

  @Override
  public CompletableFuture<UdfSnapshot> snapshot() {
    return snapshot;
  }

  @Override
  public CompletableFuture<@Nullable String> restore(UdfSnapshot from) {
    restored = from;
    return restore;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  // ------------------------------------------------------------------ for the test

  static String textOf(Invocation invocation) {
    return new String(invocation.payload().toByteArray(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Returns the invocation that begins next. */
  Invocation next() throws InterruptedException {
    Invocation next = invocations.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no invocation began");
    }
    return next;
  }

  boolean isIdle() {
    return invocations.isEmpty() && running.get() == 0;
  }

  /** Lets the function return. */
  void returns(Invocation invocation, String json) {
    ends(invocation, new Outcome.Returned(Payload.of(json), null));
  }

  /** Lets the function fail. */
  void reports(Invocation invocation, String type, String message) {
    ends(
        invocation,
        new Outcome.Reported(
            type,
            type,
            Payload.of("{\"errorType\":\"" + type + "\",\"errorMessage\":\"" + message + "\"}"),
            null));
  }

  /** Lets the runtime die. */
  void crashes(Invocation invocation) {
    ends(
        invocation,
        new Outcome.Failed(ErrorType.RUNTIME_EXIT_ERROR, "Runtime exited: exit status 9"));
  }

  void ends(Invocation invocation, Outcome outcome) {
    running.decrementAndGet();
    invocation.payload().release();
    invocation.sink().complete(outcome);
  }

  Invocation awaitCancelled() throws InterruptedException {
    Invocation next = cancelled.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no invocation was cancelled");
    }
    return next;
  }

  boolean awaitClosed() throws InterruptedException {
    return closed.await(20, TimeUnit.SECONDS);
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }
}
