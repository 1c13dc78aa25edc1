package dev.rapid.emulator;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Counts the requests without an answer, so that an orderly end can wait for the answers. */
final class OpenRequests implements HttpHandler {

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicInteger open = new AtomicInteger();
  private final HttpHandler handler;
  private final ExchangeCompletionListener completed =
      (exchange, next) -> {
        open.decrementAndGet();
        next.proceed();
      };

  private OpenRequests(HttpHandler handler) {
    this.handler = handler;
  }

  /**
   * Returns a handler for whose answers the end of the engine's lifecycle waits, for a short time.
   */
  static HttpHandler of(Engine engine, HttpHandler handler) {
    OpenRequests requests = new OpenRequests(handler);
    engine.lifecycle().add(() -> requests.awaitNone(PATIENCE_NANOS));
    return requests;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    open.incrementAndGet();
    exchange.addExchangeCompleteListener(completed);
    handler.handleRequest(exchange);
  }

  /** Waits until all requests have their answers, at most {@code patienceNanos}. */
  private void awaitNone(long patienceNanos) {
    long deadline = System.nanoTime() + patienceNanos;
    while (open.get() > 0 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
