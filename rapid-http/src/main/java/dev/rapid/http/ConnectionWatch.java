package dev.rapid.http;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import org.xnio.IoUtils;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Notices that the other side closed the connection of a parked exchange, or its half of it.
 *
 * <p>Undertow does not read while a request is being answered, so that nobody would see the end of
 * the stream. Bytes that arrive instead are the next request of a client that does not wait for its
 * answers; they are kept for it. Undertow installs its own reader again when the exchange ends.
 */
public final class ConnectionWatch {

  private ConnectionWatch() {}

  /**
   * Calls {@code gone} on the I/O thread if the other side sends no more before the exchange ends.
   * It may still read: whoever does not wait for that closes the connection. To be called on the
   * I/O thread, for an exchange whose request was read completely.
   */
  public static void watch(HttpServerExchange exchange, Runnable gone) {
    if (exchange.getConnection() instanceof HttpServerConnection connection
        && connection.getExtraBytes() == null) {
      StreamSourceConduit source = connection.getOriginalSourceConduit();
      connection
          .getChannel()
          .getSourceChannel()
          .setReadListener(channel -> look(connection, source, gone));
      source.resumeReads();
    }
  }

  /**
   * Calls {@code gone} if the other side has closed the connection, which {@link #watch} would tell
   * a little later. To be called on the I/O thread, for an exchange that is watched.
   */
  public static void lookNow(HttpServerExchange exchange, Runnable gone) {
    if (exchange.getConnection() instanceof HttpServerConnection connection
        && connection.isOpen()
        && connection.getExtraBytes() == null) {
      look(connection, connection.getOriginalSourceConduit(), gone);
    }
  }

  private static void look(
      HttpServerConnection connection, StreamSourceConduit source, Runnable gone) {
    PooledByteBuffer buffer = connection.getByteBufferPool().allocate();
    boolean kept = false;
    try {
      int count = source.read(buffer.getBuffer());
      if (count > 0) {
        source.suspendReads();
        buffer.getBuffer().flip();
        connection.ungetRequestBytes(buffer);
        kept = true;
      } else if (count < 0) {
        source.suspendReads();
        gone.run();
      }
    } catch (IOException e) {
      source.suspendReads();
      IoUtils.safeClose(connection);
      gone.run();
    } finally {
      if (!kept) {
        buffer.close();
      }
    }
  }
}
