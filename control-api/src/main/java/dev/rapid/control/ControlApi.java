package dev.rapid.control;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.http.Routes;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.http.request.RequestFault;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/**
 * The standalone control API (contract lifecycle-and-control, section 3).
 *
 * <p>It exists before the sandbox and receives its lifecycle events; it serves the sandbox from
 * {@link #handler} on. A waiting call holds no thread.
 */
public final class ControlApi implements EventsApi {

  private static final Logger LOG = System.getLogger(ControlApi.class.getName());
  private static final byte[] PONG = "pong".getBytes(StandardCharsets.UTF_8);

  private final ControlledFunction function;
  private final PayloadMemory memory;
  private final NanoClock clock;
  private final Timers timers;
  private final InternalState internalState;
  private final EventLog log;
  private final InitGate gate = new InitGate();
  private final ReservationDesk desk = new ReservationDesk();
  private final IdleWatch idle = new IdleWatch();

  /**
   * Creates the API of one function.
   *
   * @param memory holds the payloads of requests
   * @param clock the clock of the sandbox
   * @param timers follow {@code clock}
   */
  public ControlApi(
      ControlledFunction function,
      PayloadMemory memory,
      NanoClock clock,
      Timers timers,
      WallClock wallClock) {
    this.function = function;
    this.memory = memory;
    this.clock = clock;
    this.timers = timers;
    this.internalState = new InternalState(clock, wallClock);
    this.log =
        new EventLog(
            function::description, function::initializationType, wallClock, ZoneId.systemDefault());
  }

  /** Returns the log, which also receives the output of the processes. */
  public EventLog eventLog() {
    return log;
  }

  /** Receives every lifecycle event of the sandbox, in order, and passes it to the log. */
  @Override
  public void emit(LifecycleEvent event) {
    log.emit(event);
    switch (event) {
      case LifecycleEvent.InitStart start -> gate.started(start);
      case LifecycleEvent.InitReport report -> {
        gate.ended(report);
        idle.check();
      }
      case LifecycleEvent.RestoreReport report -> idle.check();
      case LifecycleEvent.RuntimeDone done -> desk.runtimeDone(done);
      case LifecycleEvent.Report report -> desk.reported(report);
      default -> {}
    }
  }

  /**
   * Receives every invocation that has ended, extensions included. The fleet must receive it first,
   * while the sandbox is still reserved.
   */
  public void ended(Invocation invocation) {
    desk.ended(invocation);
    idle.check();
  }

  /**
   * Returns the handler of the API; it answers unknown paths with 404.
   *
   * @param fleet has one sandbox, which stays
   */
  public HttpHandler handler(Fleet fleet) {
    ControlContext context =
        new ControlContext(
            fleet, fleet.first(), function, memory, clock, timers, internalState, log, gate, desk);
    InitHandler init = new InitHandler(context);
    ReservationHandler reservations = new ReservationHandler(context);
    Routes routes =
        Routes.table(ControlErrors::unknownPath, ControlErrors::wrongMethod)
            .get("/test/ping", ControlApi::ping)
            .post("/test/init", init::init)
            .post("/test/waitUntilInitialized", init::waitUntilInitialized)
            .post("/test/reserve", reservations::reserve)
            .post("/test/invoke", new InvokeHandler(context))
            .post("/test/directInvoke/{}", new DirectInvokeHandler(context))
            .post("/test/waitUntilRelease", reservations::waitUntilRelease)
            .post("/test/reset", new ResetHandler(context))
            .post("/test/shutdown", new ShutdownHandler(context, idle))
            .get(
                "/test/internalState",
                (exchange, none) ->
                    ControlAnswers.json(exchange, StatusCodes.OK, context.stateJson()))
            .get(
                "/test/eventLog",
                (exchange, none) ->
                    Answers.send(exchange, StatusCodes.OK, Answers.TEXT, log.toJson()))
            .post("/test/restore", new RestoreHandler(context))
            .post("/2015-03-31/functions/{}/invocations", new ExecuteHandler(context))
            .build();
    return exchange -> {
      logCall(exchange);
      routes.handleRequest(exchange);
    };
  }

  /** Refuses a request because of its sender: 403. Call it on the I/O thread. */
  public static void refuse(HttpServerExchange exchange, String message) {
    ControlErrors.accessDenied(exchange, message);
  }

  /** Answers a request whose head is malformed. */
  public static void answerFault(HttpServerExchange exchange, RequestFault fault) {
    ControlErrors.invalidRequest(exchange, fault.status(), fault.message());
  }

  private static void ping(HttpServerExchange exchange, String none) {
    Answers.send(exchange, StatusCodes.OK, Answers.TEXT, PONG);
  }

  private static void logCall(HttpServerExchange exchange) {
    LOG.log(
        Level.DEBUG,
        "standalone: -> {0} {1}",
        exchange.getRequestMethod(),
        exchange.getRequestURI());
    exchange.addExchangeCompleteListener((done, next) -> {
      int status = done.getStatusCode();
      LOG.log(
          status < StatusCodes.MULTIPLE_CHOICES ? Level.DEBUG : Level.ERROR,
          "standalone: <- {0} {1,number,#} {2}",
          done.getRequestURI(),
          status,
          done.getResponseHeaders());
      next.proceed();
    });
  }
}
