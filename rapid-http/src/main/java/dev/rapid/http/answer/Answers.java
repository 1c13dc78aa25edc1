package dev.rapid.http.answer;

import dev.rapid.core.invocation.Payload;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;

/** Writes answers. */
public final class Answers {

  /** The content type of JSON bodies, without a character set. */
  public static final String JSON = "application/json";

  /** The content type of text bodies. */
  public static final String TEXT = "text/plain; charset=utf-8";

  private Answers() {}

  /** Receives the result of writing an answer. */
  public interface Listener {

    /** All bytes were handed to the operating system. */
    void written();

    /** The connection failed before the answer was complete. */
    void failed();
  }

  /** Ignores the result. */
  public static final Listener IGNORE =
      new Listener() {
        @Override
        public void written() {}

        @Override
        public void failed() {}
      };

  /**
   * Lets {@code exchange} outlive its handler: {@code task} runs on the I/O thread after the
   * handler has returned and either answers or keeps the exchange for later.
   */
  public static void park(HttpServerExchange exchange, Runnable task) {
    exchange.dispatch(SameThreadExecutor.INSTANCE, task);
  }

  /** Runs {@code task} on the I/O thread of {@code exchange}: at once if this is that thread. */
  public static void onIoThread(HttpServerExchange exchange, Runnable task) {
    if (exchange.isInIoThread()) {
      task.run();
    } else {
      exchange.getIoThread().execute(task);
    }
  }

  /** Sends a whole answer. To be called on the I/O thread. */
  public static void send(
      HttpServerExchange exchange, int status, String contentType, byte[] body) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
    exchange.setResponseContentLength(body.length);
    if (body.length == 0) {
      exchange.endExchange();
    } else {
      exchange.getResponseSender().send(ByteBuffer.wrap(body), new Finish(IGNORE, Payload.EMPTY));
    }
  }

  /**
   * Sends {@code payload} with the status and headers that {@code exchange} has already. To be
   * called on the I/O thread. The payload is released when it was written or cannot be.
   */
  public static void send(HttpServerExchange exchange, Payload payload, Listener listener) {
    exchange.setResponseContentLength(payload.size());
    if (payload.size() == 0) {
      payload.release();
      sendHead(exchange, listener);
      return;
    }
    write(exchange, payload, listener);
  }

  /**
   * Sends {@code payload} in chunks and trailers behind it, with the status and headers that {@code
   * exchange} has already; a caller that announces the trailers does it there. A client that speaks
   * HTTP/1.0 gets neither chunks nor trailers. To be called on the I/O thread. The payload is
   * released when it was written or cannot be.
   */
  public static void sendChunked(
      HttpServerExchange exchange, Payload payload, HeaderMap trailers, Listener listener) {
    if (!exchange.isHttp11()) {
      exchange.getResponseHeaders().remove(Headers.TRAILER);
      send(exchange, payload, listener);
      return;
    }
    exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
    exchange.putAttachment(HttpAttachments.RESPONSE_TRAILERS, trailers);
    if (payload.size() == 0) {
      payload.release();
      endChunked(exchange, listener);
      return;
    }
    write(exchange, payload, listener);
  }

  /** Undertow declares a length of zero instead, unless the head was flushed before the end. */
  private static void endChunked(HttpServerExchange exchange, Listener listener) {
    StreamSinkChannel channel = exchange.getResponseChannel();
    try {
      if (channel != null) {
        boolean unused = channel.flush();
      }
      exchange.endExchange();
      listener.written();
    } catch (IOException e) {
      IoUtils.safeClose(exchange.getConnection());
      listener.failed();
    }
  }

  private static void write(HttpServerExchange exchange, Payload payload, Listener listener) {
    Finish finish = new Finish(listener, payload);
    Sender sender = exchange.getResponseSender();
    var buffers = payload.buffers();
    if (buffers.size() == 1) {
      sender.send(buffers.getFirst(), finish);
    } else {
      sender.send(buffers.toArray(ByteBuffer[]::new), finish);
    }
    if (!finish.done && exchange.getConnection() instanceof HttpServerConnection connection) {
      // A connection that Rapid itself closes meanwhile, on any thread, wakes no writer.
      connection
          .getChannel()
          .getSinkChannel()
          .setCloseListener(closed -> exchange.getIoThread().execute(finish::failed));
    }
  }

  /** Writes the head explicitly: the end of an exchange does not show whether it was written. */
  private static void sendHead(HttpServerExchange exchange, Listener listener) {
    if (!exchange.getResponseHeaders().contains(Headers.CONNECTION)) {
      // Undertow leaves it out if the status allows no body.
      exchange
          .getResponseHeaders()
          .put(Headers.CONNECTION, exchange.isPersistent() ? "keep-alive" : "close");
    }
    if (!exchange.getConnection().isOpen()) {
      listener.failed();
      return;
    }
    try {
      StreamSinkChannel channel = exchange.getResponseChannel();
      channel.shutdownWrites();
      // What does not fit now is written while the exchange ends.
      boolean ignored = channel.flush();
    } catch (IOException e) {
      IoUtils.safeClose(exchange.getConnection());
      listener.failed();
      return;
    }
    exchange.endExchange();
    listener.written();
  }

  /**
   * Sets a header whose value may have any characters: they travel as UTF-8, and control
   * characters, line breaks among them, as spaces.
   */
  public static void putText(HttpServerExchange exchange, HttpString name, String value) {
    exchange.getResponseHeaders().put(name, isPrintableAscii(value) ? value : wireFormOf(value));
  }

  private static boolean isPrintableAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /** One character for each byte, as Undertow writes headers. */
  private static String wireFormOf(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < utf8.length; i++) {
      if ((utf8[i] >= 0 && utf8[i] < ' ') || utf8[i] == 0x7f) {
        utf8[i] = ' ';
      }
    }
    return new String(utf8, StandardCharsets.ISO_8859_1);
  }

  private static final class Finish implements IoCallback {

    private final Listener listener;
    private final Payload payload;
    private boolean done;

    Finish(Listener listener, Payload payload) {
      this.listener = listener;
      this.payload = payload;
    }

    @Override
    public void onComplete(HttpServerExchange exchange, Sender sender) {
      done = true;
      payload.release();
      exchange.endExchange();
      listener.written();
    }

    @Override
    public void onException(HttpServerExchange exchange, Sender sender, IOException exception) {
      IoUtils.safeClose(exchange.getConnection());
      failed();
    }

    private void failed() {
      if (!done) {
        done = true;
        payload.release();
        listener.failed();
      }
    }
  }
}
