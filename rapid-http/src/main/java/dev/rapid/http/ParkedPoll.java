package dev.rapid.http;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.ConnectionWatch;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import org.xnio.IoUtils;

/**
 * A request that waits for what happens next, and whose client may go before. It has one answer, or
 * {@link #abandoned()} and {@link #undelivered()} tell that nobody had it. Answers may be given on
 * any thread; everything else happens on the I/O thread.
 */
public abstract class ParkedPoll {

  private final HttpServerExchange exchange;
  private boolean answered;
  private boolean gone;

  /** Creates the poll of {@code exchange}, which {@link Answers#park} has parked. */
  protected ParkedPoll(HttpServerExchange exchange) {
    this.exchange = exchange;
  }

  /** Notices from now on that the client goes. To be called once, before the poll is known. */
  public final void watch() {
    ConnectionWatch.watch(exchange, this::clientGone);
  }

  /** The client has gone and the poll had no answer. */
  protected abstract void abandoned();

  /** What was delivered could not be written. */
  protected abstract void undelivered();

  /** Returns the parked exchange. */
  protected final HttpServerExchange exchange() {
    return exchange;
  }

  /** Answers with what {@code send} sends; it does not matter whether the client has it. */
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
        // What is written to a connection that the client has closed is lost, and nobody tells.
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
