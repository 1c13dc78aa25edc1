package dev.rapid.control;

import dev.rapid.http.answer.IoTasks;
import dev.rapid.http.request.ConnectionWatch;
import io.undertow.server.HttpServerExchange;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.xnio.IoUtils;

/** A client that waits for its answer, without a thread. It gets one answer or goes away. */
final class ParkedCall {

  private final HttpServerExchange exchange;
  private final IoTasks tasks;
  private final AtomicBoolean over = new AtomicBoolean();

  /** Parks a dispatched exchange whose request was read. */
  ParkedCall(HttpServerExchange exchange) {
    this.exchange = exchange;
    this.tasks = new IoTasks(exchange);
  }

  /**
   * Runs {@code gone} on the I/O thread if the client goes away before it is answered. Call it on
   * the I/O thread, after the call is registered with the part that answers it.
   */
  void watch(Runnable gone) {
    if (!over.get()) {
      ConnectionWatch.watch(exchange, () -> clientGone(gone));
    }
  }

  private void clientGone(Runnable gone) {
    if (over.compareAndSet(false, true)) {
      gone.run();
      IoUtils.safeClose(exchange.getConnection());
      exchange.endExchange();
    }
  }

  /**
   * Answers on the I/O thread, unless the call has its answer or the client is gone.
   *
   * @return whether {@code answer} runs
   */
  boolean answer(Consumer<HttpServerExchange> answer) {
    if (!over.compareAndSet(false, true)) {
      return false;
    }
    tasks.run(() -> answer.accept(exchange));
    return true;
  }

  /** Goes on with an answer that has begun: runs a task on the I/O thread after earlier ones. */
  void goOn(Runnable task) {
    tasks.run(task);
  }
}
