package dev.rapid.emulator;

import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.ResponseSink;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Completes a future with the result of an invocation: on an executor, whose tasks may block. */
final class FutureSink implements ResponseSink {

  private final String requestId;
  private final Executor executor;
  private final @Nullable LogTail logTail;
  private final CompletableFuture<InvokeResult> result = new CompletableFuture<>();

  // Both guarded by this: a result with the end of the log waits for both.
  private @Nullable Outcome outcome;
  private boolean logEnded;

  FutureSink(String requestId, boolean withLogTail, Executor executor) {
    this.requestId = requestId;
    this.executor = executor;
    this.logTail = withLogTail ? new LogTail(this::logEnded) : null;
  }

  CompletableFuture<InvokeResult> result() {
    return result;
  }

  @Override
  public @Nullable LogTail logTail() {
    return logTail;
  }

  @Override
  public void complete(Outcome ended) {
    if (logTail == null || ended instanceof Outcome.Rejected) {
      complete(ended, null);
      return;
    }
    boolean both;
    synchronized (this) {
      outcome = ended;
      both = logEnded;
    }
    if (both) {
      complete(ended, logTail);
    }
  }

  private void logEnded() {
    Outcome ended;
    synchronized (this) {
      logEnded = true;
      ended = outcome;
    }
    if (ended != null) {
      complete(ended, logTail);
    }
  }

  private void complete(Outcome ended, @Nullable LogTail tail) {
    String log = tail == null ? null : new String(tail.bytes(), StandardCharsets.UTF_8);
    InvokeResult value = InvokeResult.of(ended, requestId, log);
    executor.execute(() -> result.complete(value));
  }
}
