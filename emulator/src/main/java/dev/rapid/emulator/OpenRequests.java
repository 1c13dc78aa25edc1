package dev.rapid.emulator;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Counts the requests without an answer, so that an orderly end can wait for the answers. */
final class OpenRequests {

  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(1).toNanos();

  private final AtomicInteger open = new AtomicInteger();
  private final ExchangeCompletionListener completed =
      (exchange, next) -> {
        open.decrementAndGet();
        next.proceed();
      };

  /**
   * Returns a handler for whose answers the end of the engine's lifecycle waits, for a short time.
   */
  static HttpHandler of(Engine engine, HttpHandler handler) {
    OpenRequests requests = engine.requests();
    engine
        .lifecycle()
        .add(() -> {
          boolean ignored = requests.awaitNone(PATIENCE);
        });
    return exchange -> {
      requests.open.incrementAndGet();
      exchange.addExchangeCompleteListener(requests.completed);
      handler.handleRequest(exchange);
    };
  }

  /**
   * Waits until all requests have their answers, at most {@code patience}.
   *
   * @return whether they have
   */
  boolean awaitNone(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (open.get() > 0 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    return open.get() == 0;
  }
}
