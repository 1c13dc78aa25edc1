package dev.rapid.runtimeapi;

import dev.rapid.core.error.ErrorTypeScrubber;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Refusal;
import dev.rapid.core.sandbox.RestoreErrorCall;
import dev.rapid.core.sandbox.RestoreNextCall;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.http.Answers;
import dev.rapid.http.ConnectionWatch;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import org.xnio.IoUtils;

/**
 * {@code GET /2018-06-01/runtime/restore/next} and {@code POST .../restore/error} (contract,
 * sections 1.6 and 1.7).
 */
final class RestoreHandler {

  private final Sandbox sandbox;

  RestoreHandler(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  void next(HttpServerExchange exchange, String none) {
    Answers.park(
        exchange,
        () -> {
          Poll poll = new Poll(exchange);
          ConnectionWatch.watch(exchange, poll::abandoned);
          sandbox.post(new SandboxEvent.RuntimePolledRestore(poll));
        });
  }

  /** The body says nothing that is needed; it is read and forgotten when the exchange ends. */
  void error(HttpServerExchange exchange, String none) {
    String errorType =
        ErrorTypeScrubber.scrub(
            exchange.getRequestHeaders().getFirst(RuntimeHeaders.FUNCTION_ERROR_TYPE));
    Answers.park(
        exchange,
        () ->
            sandbox.post(
                new SandboxEvent.RestoreErrorReported(new ErrorReport(exchange), errorType)));
  }

  private static final class ErrorReport extends PostedCall implements RestoreErrorCall {

    ErrorReport(HttpServerExchange exchange) {
      super(exchange);
    }
  }

  /** A parked poll. All but {@code restored} and {@code refuse} run on the I/O thread. */
  private final class Poll implements RestoreNextCall {

    private final HttpServerExchange exchange;
    private boolean answered;
    private boolean gone;

    Poll(HttpServerExchange exchange) {
      this.exchange = exchange;
    }

    void abandoned() {
      gone = true;
      IoUtils.safeClose(exchange.getConnection());
      if (!answered) {
        lost();
      }
    }

    @Override
    public void restored() {
      Answers.onIoThread(exchange, this::write);
    }

    @Override
    public void refuse(Refusal refusal) {
      Answers.onIoThread(
          exchange,
          () -> {
            answered = true;
            RuntimeApiErrors.send(exchange, refusal);
          });
    }

    private void write() {
      answered = true;
      if (gone) {
        lost();
        return;
      }
      exchange.setStatusCode(StatusCodes.OK);
      // Not JSON, since there is no body; but a native client may crash without any type.
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, Answers.TEXT);
      Answers.send(
          exchange,
          Payload.EMPTY,
          new Answers.Listener() {
            @Override
            public void written() {}

            @Override
            public void failed() {
              lost();
            }
          });
    }

    private void lost() {
      sandbox.post(new SandboxEvent.RestorePollAbandoned(this));
    }
  }
}
