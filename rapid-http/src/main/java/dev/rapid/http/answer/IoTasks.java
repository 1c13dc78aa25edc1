package dev.rapid.http.answer;

import io.undertow.server.HttpServerExchange;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks of one exchange on its I/O thread, in the order in which they came.
 *
 * <p>A streamed response comes from a sandbox, whose threads change: one of another thread waits
 * for the I/O thread, and the next one may come from the I/O thread itself. {@link
 * Answers#onIoThread} would run that one first.
 */
public final class IoTasks {

  private final BooleanSupplier onIoThread;
  private final Executor ioThread;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unfinished = new AtomicInteger();

  /** Creates tasks of which none has come yet. */
  public IoTasks(HttpServerExchange exchange) {
    this(exchange::isInIoThread, task -> exchange.getIoThread().execute(task));
  }

  IoTasks(BooleanSupplier onIoThread, Executor ioThread) {
    this.onIoThread = onIoThread;
    this.ioThread = ioThread;
  }

  /**
   * Runs a task: at once if this is the I/O thread and no earlier one is unfinished, else later.
   * What a task throws goes to the caller that runs it, after all tasks.
   */
  public void run(Runnable task) {
    waiting.add(task);
    if (unfinished.getAndIncrement() > 0) {
      return;
    }
    if (onIoThread.getAsBoolean()) {
      runAll();
    } else {
      ioThread.execute(this::runAll);
    }
  }

  private void runAll() {
    RuntimeException failure = null;
    do {
      failure = with(failure, waiting.remove());
    } while (unfinished.decrementAndGet() > 0);
    if (failure != null) {
      throw failure;
    }
  }

  private static @Nullable RuntimeException with(
      @Nullable RuntimeException earlier, Runnable task) {
    try {
      task.run();
      return earlier;
    } catch (RuntimeException e) {
      if (earlier == null) {
        return e;
      }
      earlier.addSuppressed(e);
      return earlier;
    }
  }
}
