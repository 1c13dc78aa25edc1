package dev.rapid.status;

import dev.rapid.core.time.CancellableTimers;
import dev.rapid.core.time.NanoClock;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.ConnectionWatch;
import dev.rapid.http.request.RequestHeaders;
import dev.rapid.http.request.RequestQuery;
import dev.rapid.lambda.JsonObject;
import dev.rapid.status.queue.QueueAccess;
import dev.rapid.status.queue.QueueCounts;
import dev.rapid.status.queue.QueuePages;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Serves the health and status of Rapid below {@code /_rapid/}, at the address for callers.
 *
 * <ul>
 *   <li>{@code GET /_rapid/live}: 200 while the process answers.
 *   <li>{@code GET /_rapid/ready}: 200 if an invocation would reach each function, see {@link
 *       Readiness}, and the end of Rapid is not announced; else 503.
 *   <li>{@code GET /_rapid/wait?for=ready&timeout=10s}: 200 as soon as they are ready, 408 after
 *       the timeout. {@code for} may be {@code live} too; {@code timeout} is a number with {@code
 *       ms}, {@code s} or {@code m}, at most an hour, 10 s if absent. A waiting request needs no
 *       thread.
 *   <li>{@code GET /_rapid/events}: a stream of telemetry records, see {@link EventStream}.
 *   <li>{@code POST /_rapid/reload}: renews functions, see {@link ReloadHandler}.
 *   <li>{@code POST /_rapid/drain}: announces the end of Rapid, see {@link Drain}.
 *   <li>{@code /_rapid/async}: the queue of asynchronous invocations, see {@link QueuePages}.
 *   <li>{@code GET /_rapid/state}: the state of all sandboxes, as text for people, or as JSON if
 *       {@code Accept} asks for {@code application/json}.
 * </ul>
 *
 * <p>Other bodies are JSON. A wrong parameter is 400, another path 404, another method 405.
 */
public final class HealthHandler implements HttpHandler {

  /** The prefix of this handler's paths. */
  public static final String PREFIX = "/_rapid/";

  private static final String ASYNC = PREFIX + "async";
  private static final String DRAINING = "draining";
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  private volatile List<WatchedFunction> functions;
  private final StatePage state;
  private final EventStream events;
  private final ReloadHandler reload;
  private final Drain drain;
  private final QueueAccess queue;

  /** Guarded by this; null before it is needed. */
  private @Nullable QueuePages queuePages;

  private final CancellableTimers timers;
  private final NanoClock clock;
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();

  /**
   * Creates a handler of the paths below {@link #PREFIX}.
   *
   * @param functions at least one
   * @param reloader renews functions on request
   * @param drain announces the end on request
   * @param queue the queue of asynchronous invocations
   * @param timers follow {@code clock}
   */
  public HealthHandler(
      List<WatchedFunction> functions,
      Reloader reloader,
      Drain drain,
      QueueAccess queue,
      CancellableTimers timers,
      NanoClock clock) {
    this.functions = List.copyOf(functions);
    this.state = new StatePage(functions, clock);
    this.queue = queue;
    this.events = new EventStream(functions.stream().map(WatchedFunction::records).toList());
    this.reload = new ReloadHandler(reloader);
    this.drain = drain;
    this.timers = timers;
    this.clock = clock;
  }

  /**
   * Watches these functions from now on. Requests that wait for a function that is not among them
   * any more wait for the others.
   */
  public void replace(List<WatchedFunction> next) {
    List<WatchedFunction> before = functions;
    functions = List.copyOf(next);
    state.replace(next);
    events.replace(next.stream().map(WatchedFunction::records).toList());
    for (Wait each : waits) {
      each.replaced(before);
    }
  }

  /** Returns whether a path belongs to this handler and not to an API. */
  public static boolean has(String path) {
    return path.startsWith(PREFIX) || path.equals(MetricsHandler.PATH);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    String path = exchange.getRequestPath();
    if (path.equals(ASYNC) || path.startsWith(ASYNC + "/")) {
      queuePages().handle(exchange);
      return;
    }
    switch (path.substring(PREFIX.length())) {
      case "live" -> ifGet(exchange, () -> answer(exchange, StatusCodes.OK, "live"));
      case "ready" -> ifGet(exchange, () -> answerReady(exchange, StatusCodes.SERVICE_UNAVAILABLE));
      case "wait" -> ifGet(exchange, () -> await(exchange));
      case "state" -> ifGet(exchange, () -> answerState(exchange));
      case "events" -> stream(exchange);
      case "reload" -> ifPost(exchange, () -> reload.handleRequest(exchange));
      case "drain" -> ifPost(exchange, () -> drain(exchange));
      default ->
          refuse(
              exchange,
              StatusCodes.NOT_FOUND,
              "There are /_rapid/live, /_rapid/ready, /_rapid/wait, /_rapid/state, /_rapid/events,"
                  + " /_rapid/async, /_rapid/reload and /_rapid/drain");
    }
  }

  private synchronized QueuePages queuePages() {
    QueuePages pages = queuePages;
    if (pages == null) {
      pages = new QueuePages(queue);
      queuePages = pages;
    }
    return pages;
  }

  private void drain(HttpServerExchange exchange) {
    drain.begin();
    answer(exchange, StatusCodes.OK, DRAINING);
  }

  private static void ifPost(HttpServerExchange exchange, Runnable answer) {
    if (exchange.getRequestMethod().equals(Methods.POST)) {
      answer.run();
    } else {
      exchange.getResponseHeaders().put(Headers.ALLOW, "POST");
      refuse(exchange, StatusCodes.METHOD_NOT_ALLOWED, "Use POST");
    }
  }

  private void stream(HttpServerExchange exchange) throws Exception {
    if (!exchange.getRequestMethod().equals(Methods.GET)) {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET");
      refuse(exchange, StatusCodes.METHOD_NOT_ALLOWED, "Use GET");
      return;
    }
    EventStream.Refusal refusal = events.stream(exchange);
    if (refusal != null) {
      refuse(exchange, refusal.status(), refusal.message());
    }
  }

  private static void ifGet(HttpServerExchange exchange, Runnable answer) {
    if (exchange.getRequestMethod().equals(Methods.GET)
        || exchange.getRequestMethod().equals(Methods.HEAD)) {
      answer.run();
    } else {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
      refuse(exchange, StatusCodes.METHOD_NOT_ALLOWED, "Use GET");
    }
  }

  private void await(HttpServerExchange exchange) {
    String state = RequestQuery.parameter(exchange, "for");
    String wanted = RequestQuery.parameter(exchange, "timeout");
    Duration timeout;
    try {
      timeout = wanted == null ? DEFAULT_TIMEOUT : duration(wanted);
    } catch (IllegalArgumentException e) {
      refuse(exchange, StatusCodes.BAD_REQUEST, String.valueOf(e.getMessage()));
      return;
    }
    switch (state == null ? "" : state) {
      case "live" -> answer(exchange, StatusCodes.OK, "live");
      case "ready" -> Answers.park(exchange, () -> new Wait(exchange).begin(timeout));
      default -> refuse(exchange, StatusCodes.BAD_REQUEST, "for must be 'ready' or 'live'");
    }
  }

  /** One waiting request. */
  private final class Wait {

    private final HttpServerExchange exchange;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Runnable ready = this::awaitAll;

    /** Guarded by this. */
    private CancellableTimers.@Nullable Scheduled limit;

    Wait(HttpServerExchange exchange) {
      this.exchange = exchange;
    }

    void begin(Duration timeout) {
      waits.add(this);
      awaitAll();
      if (!over.get()) {
        ConnectionWatch.watch(exchange, this::callerGone);
        limit(timers.scheduleCancellable(clock.nanoTime() + timeout.toNanos(), this::end));
      }
    }

    /** Waits for the first function that is not ready, and then looks at all of them again. */
    private void awaitAll() {
      if (over.get()) {
        return;
      }
      for (WatchedFunction function : functions) {
        if (!function.readiness().snapshot().ready()) {
          function.readiness().whenReady(ready);
          return;
        }
      }
      end();
    }

    /** Waits for the functions that there are now. */
    void replaced(List<WatchedFunction> before) {
      forget(before);
      awaitAll();
    }

    private void forget(List<WatchedFunction> waitedFor) {
      waitedFor.forEach(function -> function.readiness().forget(ready));
    }

    private synchronized void limit(CancellableTimers.Scheduled scheduled) {
      if (over.get()) {
        scheduled.cancel();
      } else {
        limit = scheduled;
      }
    }

    /** Ends the wait and removes the request; returns false if the wait had already ended. */
    private boolean leave() {
      if (!over.compareAndSet(false, true)) {
        return false;
      }
      waits.remove(this);
      forget(functions);
      synchronized (this) {
        if (limit != null) {
          limit.cancel();
        }
      }
      return true;
    }

    private void end() {
      if (leave()) {
        Answers.onIoThread(exchange, () -> answerReady(exchange, StatusCodes.REQUEST_TIME_OUT));
      }
    }

    private void callerGone() {
      if (leave()) {
        exchange.endExchange();
      }
    }
  }

  private static Duration duration(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    long unitMillis =
        switch (text.substring(digits)) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "m" -> 60_000;
          default -> 0;
        };
    if (digits == 0 || digits > 9 || unitMillis == 0) {
      throw new IllegalArgumentException(
          "timeout must be a number with a unit, for example 500ms, 10s or 2m");
    }
    Duration timeout = Duration.ofMillis(Long.parseLong(text.substring(0, digits)) * unitMillis);
    if (timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException("timeout must be at most 60m");
    }
    return timeout;
  }

  private void answerReady(HttpServerExchange exchange, int otherwise) {
    boolean draining = drain.hasBegun();
    boolean ready = true;
    List<WatchedFunction> all = functions;
    JsonObject each = new JsonObject();
    JsonObject only = null;
    for (WatchedFunction function : all) {
      Readiness.Snapshot now = function.readiness().snapshot();
      ready &= now.ready();
      only =
          new JsonObject().put("status", status(now.ready(), draining)).put("phase", now.phase());
      each.put(function.name(), only);
    }
    JsonObject body =
        only != null && all.size() == 1
            ? only
            : new JsonObject().put("status", status(ready, draining)).put("functions", each);
    send(exchange, ready && !draining ? StatusCodes.OK : otherwise, body);
  }

  private static String status(boolean ready, boolean draining) {
    return draining ? DRAINING : ready ? "ready" : "not ready";
  }

  private void answerState(HttpServerExchange exchange) {
    boolean json = RequestHeaders.valueOf(exchange, Headers.ACCEPT).contains(Answers.JSON);
    if (!queue.isInUse()) {
      answerState(exchange, json, null);
      return;
    }
    // Not on the I/O thread, because it waits for the queue's store for a moment.
    Answers.park(
        exchange,
        () -> {
          Thread unused =
              Thread.ofPlatform()
                  .daemon()
                  .name("rapid-state")
                  .start(() -> {
                    QueueCounts.Snapshot now = queue.counts().get();
                    Answers.onIoThread(exchange, () -> answerState(exchange, json, now));
                  });
        });
  }

  private void answerState(
      HttpServerExchange exchange, boolean json, QueueCounts.@Nullable Snapshot queued) {
    if (json) {
      Answers.send(exchange, StatusCodes.OK, Answers.JSON, state.json(queued));
    } else {
      Answers.send(exchange, StatusCodes.OK, Answers.TEXT, state.text(queued));
    }
  }

  private static void answer(HttpServerExchange exchange, int status, String text) {
    send(exchange, status, new JsonObject().put("status", text));
  }

  private static void refuse(HttpServerExchange exchange, int status, String message) {
    send(exchange, status, new JsonObject().put("message", message));
  }

  private static void send(HttpServerExchange exchange, int status, JsonObject body) {
    Answers.send(exchange, status, Answers.JSON, body.line());
  }
}
