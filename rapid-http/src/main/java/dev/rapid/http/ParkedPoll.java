package dev.rapid.http;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.ConnectionWatch;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import org.xnio.IoUtils;

/**
 * A request that waits for an answer, and whose client may close the connection before. It gets one
 * answer; {@link #abandoned()} or {@link #undelivered()} is called if the client does not get it.
 * Answers may be given on any thread; everything else happens on the I/O thread.
 */
public abstract class ParkedPoll {

  private final HttpServerExchange exchange;
  private boolean answered;
  private boolean gone;

  /** Creates the poll of {@code exchange}, which {@link Answers#park} has parked. */
  protected ParkedPoll(HttpServerExchange exchange) {
    this.exchange = exchange;
  }

  /** Watches for the end of the connection. To be called once, before the poll is handed on. */
  public final void watch() {
    ConnectionWatch.watch(exchange, this::clientGone);
  }

  /** The client has closed the connection before there was an answer. */
  protected abstract void abandoned();

  /** The answer could not be written. */
  protected abstract void undelivered();

  /** Returns the parked exchange. */
  protected final HttpServerExchange exchange() {
    return exchange;
  }

  /** Answers with what {@code send} sends; a failure to write it is ignored. */
  protected final void answer(Runnable send) {
    Answers.onIoThread(
        exchange,
        () -> {
          answered = true;
          send.run();
        });
  }

  /**
   * Answers with 200 and {@code payload}, which is released when it was written or cannot be.
   *
   * @param putHeaders sets the headers; not run if the client has gone
   */
  protected final void deliver(Payload payload, Runnable putHeaders) {
    answer(() -> {
      if (!gone) {
        // A write to a connection that the client has closed succeeds, and its bytes are lost.
        ConnectionWatch.lookNow(exchange, this::clientGone);
      }
      if (gone) {
        payload.release();
        undelivered();
        return;
      }
      exchange.setStatusCode(StatusCodes.OK);
      putHeaders.run();
      Answers.send(exchange, payload, new Delivery());
    });
  }

  private void clientGone() {
    gone = true;
    IoUtils.safeClose(exchange.getConnection());
    if (!answered) {
      abandoned();
    }
  }

  private final class Delivery implements Answers.Listener {

    @Override
    public void written() {}

    @Override
    public void failed() {
      undelivered();
    }
  }
}
