package dev.rapid.cli;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Counts the requests that have no answer yet, so that an orderly end can wait for the answers. */
final class OpenRequests implements HttpHandler {

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicInteger open = new AtomicInteger();
  private final HttpHandler handler;
  private final ExchangeCompletionListener completed =
      (exchange, next) -> {
        open.decrementAndGet();
        next.proceed();
      };

  OpenRequests(HttpHandler handler) {
    this.handler = handler;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    open.incrementAndGet();
    exchange.addExchangeCompleteListener(completed);
    handler.handleRequest(exchange);
  }

  /** Waits until all have their answers, at most {@code patienceNanos}. */
  void awaitNone(long patienceNanos) {
    long deadline = System.nanoTime() + patienceNanos;
    while (open.get() > 0 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
